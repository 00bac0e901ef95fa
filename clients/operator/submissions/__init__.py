"""Packages that were trained elsewhere come back."""
