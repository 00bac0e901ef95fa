"""Raw data and labels in, an immutable dataset version out."""
