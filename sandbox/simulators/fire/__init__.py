"""Simulated buildings with sensors, in which fires break out and much happens that looks like one."""

from sandbox.simulators.fire.campaign import CampaignOptions, simulate_campaign

__all__ = ["CampaignOptions", "simulate_campaign"]
