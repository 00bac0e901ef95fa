"""AWS's list prices in us-west-2, US dollars, without free tiers.

Read on 2026-11-21 in public pages that quote AWS's price lists; AWS's own pages load their figures by script, and no
account was there to ask the Price List API. us-west-2 and us-east-1 have the same prices for all of these.
"""

from typing import NamedTuple

AT = "2026-11-21"
DATED = (
    "Read in secondary sources on 2026-11-21; AWS's own price list could not be asked. Look at "
    "https://calculator.aws before you rely on them."
)


class Price(NamedTuple):
    usd: float
    per: str
    source: str


PRICES = {
    "http_api": Price(1.00, "million requests, the first 300 million", "https://www.apigatewaycost.com/aws"),
    "lambda_request": Price(
        0.20, "million requests", "https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html"
    ),
    "lambda_gb_s": Price(0.0000166667, "GB-second, x86", "https://cloudchipr.com/blog/aws-lambda-pricing"),
    "dynamodb_read": Price(
        0.125, "million read units, on demand", "https://airbyte.com/data-engineering-resources/dynamodb-pricing"
    ),
    "dynamodb_write": Price(
        0.625, "million write units, on demand", "https://airbyte.com/data-engineering-resources/dynamodb-pricing"
    ),
    "s3_get": Price(
        0.40,
        "million GETs",
        "https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples",
    ),
    "transfer": Price(
        0.09,
        "GB out, the first 10 TB",
        "https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples",
    ),
    "kms_key": Price(1.00, "key and month", "https://aws.amazon.com/kms/pricing/"),
    "kms_sign": Price(
        15.0,
        "million ECC signatures",
        "https://www.factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region/",
    ),
    "logs": Price(
        0.50, "GB taken in", "https://cloudonaut.io/aws-cloudwatch-dashboard-cost-efficiency-logs-vs-custom-metrics"
    ),
    "metric": Price(
        0.30,
        "custom metric and month",
        "https://cloudonaut.io/aws-cloudwatch-dashboard-cost-efficiency-logs-vs-custom-metrics",
    ),
    "traces": Price(5.00, "million traces recorded", "AWS's long-known figure; no source was found here"),
}


def cost(name: str, amount: float) -> float:
    """Of an amount in single requests, units, GB or months."""
    price = PRICES[name]
    return price.usd * (amount / 1e6 if price.per.startswith("million") else amount)
