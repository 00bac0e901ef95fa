"""The package's edge model: what a detector's TensorFlow Lite files do, how they answer and what that is worth."""
