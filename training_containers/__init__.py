"""The training images. Each folder beside `contract` and `packaging` is one image's program."""
