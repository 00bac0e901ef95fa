"""A request in, a prediction and a capture out; splits traffic between champion and challenger."""
