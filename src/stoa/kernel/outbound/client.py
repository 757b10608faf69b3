"""HTTP to other people's servers. Everything that leaves the shop leaves here."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from stoa.kernel.outbound.addresses import Resolver, Target, system_resolver, target_of
from stoa.kernel.outbound.errors import OutboundError, OutboundTimeoutError, ResponseTooLargeError

MAX_BYTES = 5_000_000
USER_AGENT = "Stoa"


@dataclass(frozen=True, slots=True)
class Response:
    """``headers``: names in lower case. ``content``: decoded, at most as long as the caller allowed."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Raises OutboundError where the body is no JSON."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise OutboundError("The other server sent no JSON.") from error


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    timeout: float = 10.0,
    allow_private_hosts: frozenset[str] = frozenset(),
    max_bytes: int = MAX_BYTES,
    redirects: int = 0,
    resolver: Resolver = system_resolver,
) -> Response:
    """Ask another server. ``timeout``: seconds for the whole exchange, however it dawdles.

    The name is resolved once, checked, and that very address is connected to, under the right Host and TLS name.
    Redirects are not followed unless ``redirects`` (a count) says so; each is checked like the first address, and only
    GET and HEAD are repeated. Raises AddressRefusedError, OutboundTimeoutError, ResponseTooLargeError, OutboundError.
    """
    deadline = time.monotonic() + timeout
    while True:
        target = target_of(url, allowed_hosts=allow_private_hosts, resolver=resolver)
        response = _exchange(method, target, dict(headers or {}), content, deadline, max_bytes)
        location = response.headers.get("location", "")
        if not (300 <= response.status < 400 and location and redirects > 0 and method in {"GET", "HEAD"}):
            return response
        redirects -= 1
        following = str(httpx.URL(url).join(location))
        if httpx.URL(following).host != httpx.URL(url).host:
            # What was meant for the first server is not for the next.
            headers = {name: value for name, value in (headers or {}).items() if name.lower() not in _PRIVATE_HEADERS}
        url = following


_PRIVATE_HEADERS = {"authorization", "cookie", "proxy-authorization"}


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _exchange(
    method: str, target: Target, headers: dict[str, str], content: bytes, deadline: float, max_bytes: int
) -> Response:
    headers = {name: value for name, value in headers.items() if name.lower() != "host"}
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **headers, "Host": target.host_header}
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise OutboundTimeoutError
    try:
        with (
            httpx.Client(verify=_tls(), trust_env=False, follow_redirects=False, timeout=remaining) as client,
            client.stream(
                method, target.url, headers=headers, content=content, extensions={"sni_hostname": target.host}
            ) as answer,
        ):
            body = _read(answer, deadline, max_bytes)
            return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)
    except httpx.TimeoutException as error:
        raise OutboundTimeoutError from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise OutboundError from error


def _read(answer: httpx.Response, deadline: float, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    # Small chunks: a compressed answer is cut off while it unfolds, not after.
    for chunk in answer.iter_bytes(16_384):
        size += len(chunk)
        if size > max_bytes:
            raise ResponseTooLargeError
        if time.monotonic() > deadline:
            raise OutboundTimeoutError
        chunks.append(chunk)
    return b"".join(chunks)
