"""Target `devices`: a fleet that downloads its model, by a repository of The Update Framework (docs/decisions/0048)."""
