"""What others would do with the same rows, one a module.

Each takes as many whole tables as its share of the memory holds, from the first one on; how many rows that is, is said.
"""
