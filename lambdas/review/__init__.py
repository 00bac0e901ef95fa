"""From answered predictions to detections that people review, and from settled reviews to training data."""
