"""From a request to the key of its page. Pure and quick: this runs for every request."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

MAX_QUERY = 512


def normal_query(query: str, allowed: frozenset[str]) -> str | None:
    """The parameters that change the page, sorted; all others fall away. None where it is too odd to be cached."""
    if not query:
        return ""
    if len(query) > MAX_QUERY:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        return None
    if "\x00" in query or "%00" in query:
        return None
    return urlencode(sorted(pair for pair in pairs if pair[0] in allowed))


def best_encoding(accept: str) -> str:
    """``br``, ``gzip`` or "" from an Accept-Encoding header (RFC 9110, 12.5.3)."""
    offered: dict[str, bool] = {}
    for part in accept.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.replace(" ", "").removeprefix("q=")
        offered[name.strip()] = not (weight and weight.strip("0.") == "")
    anything = offered.get("*", False)
    for encoding in ("br", "gzip"):
        if offered.get(encoding, anything):
            return encoding
    return ""


def etag_matches(given: str, etag: str) -> bool:
    """If-None-Match, compared weakly."""
    if given.strip() == "*":
        return True
    bare = etag.removeprefix("W/")
    return any(candidate.strip().removeprefix("W/") == bare for candidate in given.split(","))
