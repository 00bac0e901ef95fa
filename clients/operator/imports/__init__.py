"""Labelled pictures of a folder go where a domain's data prep looks for them."""
