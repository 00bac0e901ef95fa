"""Training jobs: real processes in the folder layout of SageMaker."""
