"""A trained model in, an approved or rejected model package with reasons out."""
