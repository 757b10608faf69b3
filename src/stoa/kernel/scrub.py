"""Takes secrets and people out of what is logged. A net below careful code, not a replacement for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"

# By what a field is called: whole words, so that "keyboard" and "token_count" of metrics stay readable.
_SECRET_NAMES = re.compile(
    r"(?:^|[_\-.])(?:password\d?|passwd|secret|token|authorization|cookie|set-cookie|session|sessionid|csrf|signature|api_?key"
    r"|access_?key|private_?key|dsn|email|e-?mail|phone|address|name|line1|line2|postal_code|recipient|body|query|query_string"
    r"|key)$",
    re.IGNORECASE,
)
_PLAIN_NAMES = frozenset({"event_name", "handler_name", "logger_name", "route_name", "thread_name", "check_name"})

# By what it looks like, wherever it stands.
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_BEARER = re.compile(r"\b(Bearer|Basic|Token)\s+[A-Za-z0-9+/_.=~-]{6,}", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.IGNORECASE)
_QUERY = re.compile(r"(?<=[A-Za-z0-9/_-])\?[A-Za-z0-9_.~%-]+=[^\s\"'<>)]*")
_ASSIGNED = re.compile(
    r"(?i)\b(password\d?|secret|token|signature|api_?key|csrfmiddlewaretoken)(['\"]?\s*[=:]\s*)['\"]?[^\s&'\",;]+"
)
# A path segment or word that only a generator of secrets writes: long, mixed, unbroken.
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{22,}(?![A-Za-z0-9_-])"
)


def scrub_text(text: str) -> str:
    """``text`` without e-mail addresses, credentials, query strings and tokens."""
    text = _URL_PASSWORD.sub(rf"\1{HIDDEN}@", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _ASSIGNED.sub(rf"\1\2{HIDDEN}", text)
    text = _QUERY.sub(f"?{HIDDEN}", text)
    text = _EMAIL.sub(HIDDEN, text)
    return _TOKEN.sub(HIDDEN, text)


def scrub_value(name: str, value: Any) -> Any:
    """The value of a log field: hidden by its name, else searched."""
    if name not in _PLAIN_NAMES and _SECRET_NAMES.search(name):
        return HIDDEN if value not in (None, "", 0) else value
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, Mapping):
        return {key: scrub_value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub_value(name, item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub_text(str(value))
