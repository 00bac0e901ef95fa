"""What 10,000 devices that poll cost: the time of their requests, and by that AWS's bill."""
