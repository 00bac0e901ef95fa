"""What several benchmarks need; not a benchmark itself."""
