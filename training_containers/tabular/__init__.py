"""Trains hazard detectors on telemetry: baselines, search, SMOTE against weighting; packages the best as ONNX."""
