"""Domains that Vigil does not ship: small ones that tests hold the shared code against."""
