"""What the environment's API has beside the domains' routes: the registry, and what devices ask."""
