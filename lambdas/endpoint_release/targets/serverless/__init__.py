"""Target `serverless`: a SageMaker serverless endpoint a release."""
