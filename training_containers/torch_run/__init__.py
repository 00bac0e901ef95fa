"""What every PyTorch container shares: processes of one run, checkpoints, early stopping, averaged weights."""
