"""Serves object detection: a picture in, boxes with their classes and scores out."""
