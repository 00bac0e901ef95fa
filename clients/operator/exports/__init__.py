"""A dataset version leaves AWS: annotations, pictures, and what training elsewhere needs."""
