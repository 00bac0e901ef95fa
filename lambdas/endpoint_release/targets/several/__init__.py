"""Target `several`: each release runs on all of them."""
