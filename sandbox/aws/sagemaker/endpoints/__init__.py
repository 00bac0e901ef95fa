"""Endpoints: a real serving process behind each."""
