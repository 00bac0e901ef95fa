"""Tells advertisements from programmes in frames of live television; its models run on an endpoint and on devices."""

from stacks.domains.ads.construct import AdDetection
from stacks.domains.ads.definition import ADS, VARIANTS, ads

DOMAIN = AdDetection

__all__ = ["ADS", "DOMAIN", "VARIANTS", "AdDetection", "ads"]
