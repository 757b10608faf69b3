"""The European Commission's register of VAT ids (VIES). One question, a few seconds, and a word for every answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from stoa.kernel.outbound.client import request
from stoa.kernel.outbound.errors import OutboundError
from stoa.operations.tax.models import VatCheck

URL = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
# A buyer waits for it.
SECONDS = 4.0
MAX_BYTES = 20_000
_SAID_NO = ("", "INVALID")


@dataclass(frozen=True, slots=True)
class Verdict:
    answer: str
    consultation: str = ""
    name: str = ""
    address: str = ""
    raw: str = ""


def ask(vat_id: str, requester: str) -> Verdict:
    """What the register says about an id such as "FR40303265045". Whatever goes wrong is UNAVAILABLE, never an error."""
    question = {"countryCode": vat_id[:2], "vatNumber": vat_id[2:]}
    if requester:
        question |= {"requesterMemberStateCode": requester[:2], "requesterNumber": requester[2:]}
    try:
        response = request(
            "POST", URL, content=json.dumps(question).encode(), timeout=SECONDS, max_bytes=MAX_BYTES,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )  # fmt: skip
        said = response.json()
    except OutboundError as error:
        return Verdict(VatCheck.Answer.UNAVAILABLE, raw=str(error.message)[:2000])
    return _verdict(said, vat_id, response.text[:2000]) if response.is_success else _silent(response.text)


def _verdict(said: Any, vat_id: str, raw: str) -> Verdict:
    """Only an answer in so many words about this very id counts."""
    if not isinstance(said, dict) or not isinstance(said.get("valid"), bool):
        return _silent(raw)
    if f"{said.get('countryCode')}{said.get('vatNumber')}" != vat_id:
        return _silent(raw)
    if not said["valid"]:
        is_no = str(said.get("userError") or "") in _SAID_NO
        return Verdict(VatCheck.Answer.INVALID, raw=_plain(raw)) if is_no else _silent(raw)
    return Verdict(
        VatCheck.Answer.VALID,
        consultation=_text(said.get("requestIdentifier"), 60),
        name=_text(said.get("name"), 300),
        address=_text(said.get("address"), 500),
        raw=_plain(raw),
    )


def _silent(raw: str) -> Verdict:
    return Verdict(VatCheck.Answer.UNAVAILABLE, raw=_plain(raw[:2000]))


def _text(value: Any, limit: int) -> str:
    return _plain(value)[:limit] if isinstance(value, str) else ""


def _plain(text: str) -> str:
    # PostgreSQL keeps no NUL.
    return text.replace("\x00", "")
