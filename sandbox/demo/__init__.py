"""The whole loop on this machine: deploy, train, gate, release under live traffic, predict, and report."""
