"""HTTP to other people's servers. Everything that leaves the shop leaves here."""

from __future__ import annotations

import json
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import IO, Any

import httpcore
import httpx

from stoa.kernel.outbound.addresses import Resolver, Target, system_resolver, target_of
from stoa.kernel.outbound.connection import Deadline, PinnedBackend
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
    into: IO[bytes] | None = None,
) -> Response:
    """Ask another server. ``timeout``: seconds for the whole exchange, however it dawdles.

    The name is resolved once, checked, and that very address is connected to, under the right Host and TLS name.
    Redirects are not followed unless ``redirects`` (a count) says so; each is checked like the first address, and only
    GET and HEAD are repeated. With ``into`` the body of a success is written there piece by piece, and ``content`` stays
    empty. Raises AddressRefusedError, OutboundTimeoutError, ResponseTooLargeError, OutboundError.
    """
    deadline = Deadline(timeout)
    while True:
        target = target_of(url, allowed_hosts=allow_private_hosts, resolver=resolver)
        response = _exchange(method, target, headers or {}, content, deadline, max_bytes, into)
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
_OUR_HEADERS = {"host", "content-length", "transfer-encoding", "connection"}


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _exchange(
    method: str, target: Target, headers: Mapping[str, str], content: bytes, deadline: Deadline, max_bytes: int,
    into: IO[bytes] | None,
) -> Response:  # fmt: skip
    sent = {name: value for name, value in headers.items() if name.lower() not in _OUR_HEADERS}
    sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **sent, "Host": target.host_header}
    if content or method in {"POST", "PUT", "PATCH"}:
        sent["Content-Length"] = str(len(content))
    backend = PinnedBackend(target.address, deadline)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend) as pool,
            pool.stream(method, target.url, headers=list(sent.items()), content=content) as answer,
        ):
            received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            if into is not None and 200 <= answer.status < 300:
                _pour(answer, received.get("content-encoding", ""), max_bytes, into)
                return Response(answer.status, received, b"")
            body = _decoded(_read(answer, max_bytes), received.get("content-encoding", ""), max_bytes)
            return Response(answer.status, received, body)
    except httpcore.TimeoutException as error:
        raise OutboundTimeoutError from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError) as error:
        raise OutboundError from error


def _read(answer: httpcore.Response, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in answer.iter_stream():
        size += len(chunk)
        if size > max_bytes:
            raise ResponseTooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


def _pour(answer: httpcore.Response, encoding: str, max_bytes: int, into: IO[bytes]) -> None:
    """The body as it comes, never held whole. Who compresses although we ask for plain bytes is refused."""
    if encoding.lower() not in {"", "identity"}:
        raise OutboundError
    size = 0
    for chunk in answer.iter_stream():
        size += len(chunk)
        if size > max_bytes:
            raise ResponseTooLargeError
        into.write(chunk)


def _decoded(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """We ask for plain bytes; some servers compress all the same. Unfolds no further than ``max_bytes``."""
    if encoding.lower() in {"", "identity"}:
        return body
    if encoding.lower() not in {"gzip", "x-gzip"}:
        raise OutboundError
    try:
        plain = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise OutboundError from error
    if len(plain) > max_bytes:
        raise ResponseTooLargeError
    return plain
