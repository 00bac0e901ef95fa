"""What a deployed domain has trained, registered and serves, read through the SageMaker SDK's resource classes."""
