"""Stacks of domains that tests look at: one, or each."""

import pytest

from stacks.domains import ALL_DOMAINS

DOMAIN = "VigilDevelopmentCats"
EVERY_DOMAIN = pytest.mark.parametrize("domain", ALL_DOMAINS)
