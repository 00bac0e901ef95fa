"""What every function shares: its environment, its errors, its logs and metrics, and the release state."""
