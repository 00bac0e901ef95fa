"""Pages of the console: static files, and where to sign in. What they show comes from the API with a person's token."""
