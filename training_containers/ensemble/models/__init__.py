"""The ensemble's members, one a module."""
