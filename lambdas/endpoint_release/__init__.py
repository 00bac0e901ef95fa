"""An approved model package in, a live release out, or none: one action a state of the release state machine."""
