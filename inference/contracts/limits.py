"""Limits of a request, the same in data preparation, the router, training and the serving process."""

# A serverless endpoint's payload limit. https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
MAX_REQUEST_BYTES = 4 * 1024 * 1024

# A picture of this many pixels or more is refused before it is decoded: a small file can unpack to gigabytes.
MAX_PICTURE_PIXELS = 50_000_000
