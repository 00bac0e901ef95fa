"""What an hour of a training instance costs at most: on-demand, USD, us-west-2; other Regions differ by some percent.

From https://aws.amazon.com/sagemaker/ai/pricing/. A spot run costs less, but never more.
"""

from datetime import date

AS_OF = date(2026, 9, 1)

USD_PER_HOUR = {
    "ml.m5.xlarge": 0.23,
    "ml.m5.2xlarge": 0.461,
    "ml.m5.4xlarge": 0.922,
    "ml.g5.xlarge": 1.41,
    "ml.g5.12xlarge": 7.09,
    "ml.g5.48xlarge": 20.36,
    "ml.g6.12xlarge": 5.752,
    "ml.g6.48xlarge": 16.688,
    "ml.p3.8xlarge": 14.688,  # p3: older than AS_OF; on its way out
    "ml.p3.16xlarge": 28.152,
    "ml.p4d.24xlarge": 25.25,
}
