"""The errors that SageMaker answers."""

import json


class SageMakerError(Exception):
    """An error with the code and the HTTP status that AWS gives it; `fields` go beside the message."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields

    def response(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body as the SDKs parse them, in JSON 1.1 and REST-JSON alike."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": self.code}
        body = {"__type": self.code, "message": self.message, "Message": self.message} | self.fields
        return self.status, headers, json.dumps(body).encode()


def invalid(message: str) -> SageMakerError:
    return SageMakerError("ValidationException", message)


def in_use(message: str) -> SageMakerError:
    return SageMakerError("ResourceInUse", message)


def not_found(message: str) -> SageMakerError:
    return SageMakerError("ResourceNotFound", message)
