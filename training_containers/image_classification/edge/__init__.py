"""The package's edge model: exported in an environment of its own, measured here as a device runs it, then chosen.

All of it but `classifier.py` and `served.py` is any picture task's; `task.py` says what differs.
"""
