from __future__ import annotations

import pytest

from stoa.operations.payments.sandbox.signing import TOLERANCE_SECONDS, SignatureError, sign, verify

NOW = 1_800_000_000
BODY = b'{"id": "evt_1"}'


def refused(secrets: list[str], header: str, body: bytes = BODY, now: int = NOW) -> int:
    with pytest.raises(SignatureError) as caught:
        verify(secrets, header, body, now)
    return caught.value.status


def test_what_was_signed_is_accepted_within_the_tolerance() -> None:
    header = sign("secret", NOW, BODY)
    for now in (NOW, NOW + TOLERANCE_SECONDS, NOW - TOLERANCE_SECONDS):
        verify(["former", "secret"], header, BODY, now)


def test_every_altered_byte_is_noticed() -> None:
    header = sign("secret", NOW, BODY)
    for index in range(len(BODY)):
        altered = bytearray(BODY)
        altered[index] ^= 1
        assert refused(["secret"], header, bytes(altered)) == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("t=1800000000", 400),
        ("v1=00", 400),
        ("t=abc,v1=00", 400),
        ("t=١٨٠٠,v1=00", 400),
        ("t=1800000000,t=1800000000,v1=00", 400),
        ("t=1800000000,v1=00", 401),
        ("t=1800000000,v1=\udc80", 401),
        ("t=" + "9" * 5000 + ",v1=00", 400),
    ],
)
def test_missing_or_malformed_signatures_are_refused(header: str, status: int) -> None:
    assert refused(["secret"], header) == status


def test_wrong_and_empty_secrets_are_refused() -> None:
    assert refused(["secret"], sign("other", NOW, BODY)) == 401
    # A shop whose secret is empty accepts nothing, not everything.
    forged = f"t={NOW},v1={'0' * 64}"
    assert refused([""], forged) == 401
    assert refused([], forged) == 401
    with pytest.raises(ValueError, match="needs a secret"):
        sign("", NOW, BODY)


def test_old_and_future_signatures_are_refused() -> None:
    header = sign("secret", NOW, BODY)
    assert refused(["secret"], header, now=NOW + TOLERANCE_SECONDS + 1) == 400
    assert refused(["secret"], header, now=NOW - TOLERANCE_SECONDS - 1) == 400


def test_the_time_is_part_of_what_is_signed() -> None:
    old = sign("secret", NOW - 10_000, BODY)
    freshened = old.replace(f"t={NOW - 10_000}", f"t={NOW}")
    assert refused(["secret"], freshened) == 401
