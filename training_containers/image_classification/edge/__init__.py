"""The package's edge model: exported in an environment of its own, measured here as a device runs it, then chosen."""
