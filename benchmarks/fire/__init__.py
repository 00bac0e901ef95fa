"""The whole way of the domain `fire` on one machine, measured: `python -m benchmarks.fire --rows 50000000`."""
