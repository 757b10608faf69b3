"""Which addresses the shop may talk to, and where a name really leads."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from stoa.kernel.outbound.errors import AddressRefusedError, OutboundError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Iterable[str]]

# Tunnels that carry an IPv4 address inside: is_global looks only at the outside.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_6TO4 = ipaddress.ip_network("2002::/16")
_HOST = re.compile(r"[a-z0-9_.:-]{1,253}")
# What is quoted already stays so; blanks, control and foreign characters become quoted.
_AS_IT_IS = "%/:?#[]@!$&'()*+,;=~-._"
_TEREDO = ipaddress.ip_network("2001::/32")


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place to connect to: ``address`` is where the packets go, ``host`` what is asked for there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Asked for at ``address``: see ``PinnedBackend``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also looked at through IPv4-in-IPv6 wrappings."""
    try:
        parsed: IPAddress = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed in _TEREDO:
            return False
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if int(parsed) >> 32 == 0:  # ::a.b.c.d, long deprecated, still routed by some
            return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def system_resolver(host: str, port: int) -> list[str]:
    """Every address that the system's resolver gives, which also reads decimal, octal and short forms (``127.1``)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def target_of(url: str, *, allowed_hosts: frozenset[str] = frozenset(), resolver: Resolver = system_resolver) -> Target:
    """Resolve a URL once, and pin what may be connected to. Raises AddressRefusedError, OutboundError.

    If any address of the name is not public, the name is refused: a mixed answer is how rebinding looks.
    ``allowed_hosts`` (lower case; "host" or "host:port") may be private: the operator's own servers, by configuration.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError) as error:
        raise AddressRefusedError from error
    if (
        parts.scheme not in {"http", "https"}
        or not _HOST.fullmatch(host)
        or parts.username is not None
        or parts.password is not None
    ):
        raise AddressRefusedError
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    try:
        addresses = list(resolver(host, port))
    except OSError as error:
        raise OutboundError from error
    is_allowed = host in allowed_hosts or f"{host}:{port}" in allowed_hosts
    if not addresses or not (is_allowed or all(is_public(address) for address in addresses)):
        raise AddressRefusedError
    path = quote(parts.path or "/", safe=_AS_IT_IS) + (f"?{quote(parts.query, safe=_AS_IT_IS)}" if parts.query else "")
    return Target(parts.scheme, host, port, addresses[0], path)
