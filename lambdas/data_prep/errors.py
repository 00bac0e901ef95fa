"""Errors of data prep that are about the data, whatever its kind."""

from lambdas.common.errors import VigilError


class DataError(VigilError):
    """The data is not enough to train and test a model on."""
