"""Serves image classification: a picture in, a class and every class's probability out."""
