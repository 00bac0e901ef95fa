"""Programs that talk to a deployed Vigil over its HTTP API."""
