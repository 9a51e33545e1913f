"""The signed statement of a mount, served as it was signed, and a verifier for those who have none."""

import base64
import binascii
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from faces.schema import Fields, Leaf, Listed, Rejected, read, required
from faces.throttles import throttle
from faces.values import sized
from faces.views import StrictAPIView
from ledger import dsse
from ledger.canonical import rfc3339, sha256_hex
from ledger.keys import attestation_key
from onboarding.api import described
from onboarding.models import Attestation
from onboarding.queries import attestation_of
from registry.idempotent import idempotent
from registry.queries import companion_called

MOST = 65_536


class AttestationView(StrictAPIView):
    """What a companion was told at its mount, with the signature over these very bytes. Public."""

    authentication_classes: list[Any] = []
    throttle_classes = [throttle("read")]

    @extend_schema(**described.ATTESTATION)
    def get(self, request: Request, name: str) -> Response:  # noqa: ARG002  DRF passes it
        try:
            attestation = attestation_of(companion_called(name).ref)
        except Attestation.DoesNotExist:
            raise Http404 from None
        return Response(_shown(attestation))


class VerifyView(StrictAPIView):
    """Whether an envelope is ours, unchanged. Verify it yourself where you can: the public key is in the answer."""

    authentication_classes: list[Any] = []
    throttle_classes = [throttle("read")]

    @extend_schema(**described.VERIFY)
    @idempotent
    def post(self, request: Request) -> Response:
        envelope = read(_ENVELOPE, request.data)
        key = attestation_key()
        ours = [one for one in envelope["signatures"] if one["keyid"] == key.keyid]
        valid = any(
            dsse.verifies(one["sig"], envelope["payload"], payload_type=envelope["payloadType"], public=key.public)
            for one in ours
        )
        known = Attestation.objects.filter(sha256=sha256_hex(envelope["payload"])).select_related("companion").first()
        return Response(
            {
                "valid": valid,
                "reason": None if valid else _why_not(ours=bool(ours)),
                "companionId": known.companion.ref if known and valid else None,
                "publicKey": key.pem,
                "keyid": key.keyid,
            }
        )


def _why_not(*, ours: bool) -> str:
    if ours:
        return "The signature does not hold over this payload and type: something was changed."
    return "No signature in this envelope names our attestation key."


def _shown(attestation: Attestation) -> dict[str, Any]:
    key, signature = attestation_key(), bytes(attestation.signature)
    return {
        "companionId": attestation.companion.ref,
        "dsse": {
            "payload": base64.b64encode(bytes(attestation.payload)).decode(),
            "payloadType": attestation.payload_type,
            "signatures": [{"keyid": attestation.keyid, "sig": base64.b64encode(signature).decode()}],
        },
        "gi_signature": f"0x{signature.hex()}",
        "sha256": attestation.sha256,
        "madeAt": rfc3339(attestation.made_at),
        "keyid": key.keyid,
        "publicKey": key.pem,
    }


def _base64(value: Any) -> bytes:
    try:
        return base64.b64decode(sized(value, 4, MOST), validate=True)
    except (binascii.Error, ValueError):
        raise Rejected("wrong_format", "Base64 of RFC 4648 §4 is expected.") from None


def _word(value: Any) -> str:
    return sized(value, 1, 200)


_ENVELOPE = Fields(
    {
        "payload": required(Leaf(_base64)),
        "payloadType": required(Leaf(_word)),
        "signatures": required(Listed(Fields({"keyid": required(Leaf(_word)), "sig": required(Leaf(_base64))}), 1, 8)),
    }
)
