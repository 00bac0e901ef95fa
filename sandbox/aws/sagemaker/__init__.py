"""SageMaker inside the embedded AWS: records as AWS keeps them, training jobs and endpoints as real processes."""
