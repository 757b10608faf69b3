"""Text that came from outside."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from django.http import HttpRequest

from stoa.kernel.web.errors import BadInput

# Line breaks and tabs are allowed where a field has several lines; these never are.
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)} | {127: None}
_CONTROLS |= dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LINE_BREAKS = {9: " ", 10: " ", 13: " "}


def is_storable(text: str) -> bool:
    """Whether every database takes the text: no NUL, no lone surrogate."""
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def require_storable(value: Any) -> None:
    """Walk strings, lists and dicts. Raises BadInput at the first text that is not storable."""
    if isinstance(value, str):
        if not is_storable(value):
            raise BadInput("not storable text")
    elif isinstance(value, dict):
        for key, item in value.items():
            require_storable(key)
            require_storable(item)
    elif isinstance(value, list | tuple):
        for item in value:
            require_storable(item)


def clean_text(value: str, max_length: int, *, multiline: bool = False) -> str:
    """Composed (NFC), without control and direction-override characters, trimmed, at most ``max_length`` characters."""
    value = value[: max_length * 4].encode("utf-8", "ignore").decode("utf-8").translate(_CONTROLS)
    if multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    else:
        value = " ".join(value.translate(_LINE_BREAKS).split())
    return unicodedata.normalize("NFC", value).strip()[:max_length].strip()


def json_body(request: HttpRequest) -> Any:
    """The request's JSON. Raises BadInput where it is none, or holds text that cannot be stored."""
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput("not JSON") from error
    require_storable(value)
    return value
