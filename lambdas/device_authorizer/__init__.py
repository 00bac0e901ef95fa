"""Verifies devices' tokens for the HTTP API."""
