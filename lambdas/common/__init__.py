"""What every function shares: its variables, its errors, its logs and metrics, and the release state."""
