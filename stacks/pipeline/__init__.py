"""How a domain works: one construct a stage. Read `ml_domain.py` first."""
