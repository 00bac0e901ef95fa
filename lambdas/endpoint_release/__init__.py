"""Releases an approved model package in steps of traffic; each action is one state of the release state machine."""
