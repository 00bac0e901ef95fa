"""What signing and publishing updates of devices asks of KMS and S3, in AWS's own words."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import AWSSigner, _aws_signer

from tests.contract.aws.service_model import faults

KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


class Kms:
    """Signs a digest as it is: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html, MessageType."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.asked: list[dict[str, Any]] = []

    def get_public_key(self, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"KeyId": KeyId, "PublicKey": der, "SigningAlgorithms": ["ECDSA_SHA_256"]}

    def sign(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        return {"Signature": self.key.sign(asked["Message"], ec.ECDSA(Prehashed(hashes.SHA256())))}


def test_a_digest_is_signed_by_ecdsa_on_p256_and_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html, ECC_NIST_P256."""
    kms = Kms()
    monkeypatch.setattr(_aws_signer.boto3, "client", lambda _: kms)
    _, public_key = AWSSigner.import_(KEY)
    signature = AWSSigner(KEY, public_key).sign(b"metadata")
    (asked,) = kms.asked
    assert asked == {
        "KeyId": KEY,
        "Message": sha256(b"metadata").digest(),
        "MessageType": "DIGEST",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    assert faults("kms", "Sign", asked) == []
    public_key.verify_signature(signature, b"metadata")


@pytest.mark.parametrize("condition", [{"IfNoneMatch": "*"}, {"IfMatch": '"0f0e"'}])
def test_an_object_is_written_on_condition(condition: dict[str, str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
    asked = {"Bucket": "artifacts", "Key": "devices/ads/metadata/timestamp.json", "Body": b"{}", **condition}
    assert faults("s3", "PutObject", asked) == []
