"""The AWS side of Vigil: what exists, who may do what, and what starts when."""
