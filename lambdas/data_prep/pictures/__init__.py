"""What kinds of data that are pictures have in common; no kind itself."""
