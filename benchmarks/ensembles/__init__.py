"""A fire ensemble to measure: trained on a simulated building, packaged, and made again with the native libraries."""
