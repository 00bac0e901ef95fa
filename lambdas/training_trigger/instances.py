"""vCPUs of training instances, from https://aws.amazon.com/sagemaker/ai/pricing/ (as of 2026-09-01)."""

VCPUS = {
    "ml.m5.xlarge": 4,
    "ml.m5.2xlarge": 8,
    "ml.m5.4xlarge": 16,
    "ml.g5.xlarge": 4,
    "ml.g5.12xlarge": 48,
    "ml.g5.48xlarge": 192,
    "ml.g6.12xlarge": 48,
    "ml.g6.48xlarge": 192,
    "ml.p3.8xlarge": 32,
    "ml.p3.16xlarge": 64,
    "ml.p4d.24xlarge": 96,
}
