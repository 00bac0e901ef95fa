"""Answers prediction requests: splits traffic between champion and challenger, captures every prediction."""
