"""What enrolled devices ask: which release is theirs, signed metadata, files; and what they report."""
