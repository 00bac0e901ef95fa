"""The registry API: every domain's models and devices, what is decided about them, and by whom."""
