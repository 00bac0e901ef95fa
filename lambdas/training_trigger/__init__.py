"""Options in, one planned and paid-for training run out."""
