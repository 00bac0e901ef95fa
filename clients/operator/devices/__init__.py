"""The root of trust of a domain's devices: verbs of `python -m clients.operator devices`, and what they share."""
