"""Nothing leaves for an inside address, whatever name it wears. The canary on the loopback counts who came."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stoa.kernel.outbound import client
from stoa.kernel.outbound.addresses import is_public, system_resolver, target_of
from stoa.kernel.outbound.client import request
from stoa.kernel.outbound.errors import AddressRefusedError, OutboundError, OutboundTimeoutError, ResponseTooLargeError


@dataclass
class Canary:
    port: int
    hits: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    location: str = ""


@pytest.fixture
def canary() -> Iterator[Canary]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.hits.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", found.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path == "/slow-headers":
                try:
                    for _ in range(100):
                        self.wfile.write(b"H")
                        time.sleep(0.05)
                except OSError:
                    pass
                return
            if self.path == "/bomb":
                self.send_response(200)
                self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                self.wfile.write(gzip.compress(b"0" * 50_000_000))
                return
            if self.path == "/slow":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                try:
                    for _ in range(100):
                        self.wfile.write(b"x")
                        time.sleep(0.05)
                except OSError:
                    pass
                return
            body = b"x" * (2_000_000 if self.path == "/big" else 5)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Canary(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "①②⑦.0.0.1",
    ],
)
def test_inside_addresses_are_refused(canary, host):
    with pytest.raises(AddressRefusedError):
        request("GET", f"http://{host}:{canary.port}/", timeout=2)
    assert canary.hits == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "http://",
        "http://user:pw@93.184.216.34/",
        "http://93.184.216.34:99999/",
        "http://[::1/",
        "http://a\x00b/",
        "",
        "http://" + "a" * 300 + ".example/",
    ],
)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(AddressRefusedError):
        target_of(url, resolver=lambda host, port: ["93.184.216.34"])


def test_a_name_that_leads_inside_is_refused(canary):
    for answers in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"], []):
        with pytest.raises(AddressRefusedError):
            request("GET", f"http://shop.example:{canary.port}/", resolver=lambda host, port, a=answers: a)
    assert canary.hits == []


def test_a_name_that_changes_its_mind_is_asked_once_and_pinned(canary, monkeypatch):
    """Rebinding: public at the check, inside a moment later. The connection goes to what was checked."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    connected = []

    def connect(address, *args, **kwargs):
        connected.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutboundError):
        request("GET", f"http://shop.example:{canary.port}/", resolver=lambda host, port: next(answers))
    assert [address for address in connected if address[0] != "93.184.216.34"] == []
    assert connected != []
    assert canary.hits == []
    assert next(answers) == ["127.0.0.1"]  # the second answer was never asked for


def test_the_right_host_is_asked_for_at_the_pinned_address(canary):
    """The name exists nowhere: only the pinned address can have been used."""
    answer = request(
        "POST",
        f"http://Shop.Example:{canary.port}/hook?a=1",
        headers={"host": "evil.example", "X-Signed": "yes"},
        content=b"body",
        allow_private_hosts=frozenset({"shop.example"}),
        resolver=lambda host, port: ["127.0.0.1"],
    )
    assert (answer.status, answer.content) == (200, b"xxxxx")
    ((method, path, headers),) = canary.hits
    assert (method, path) == ("POST", "/hook?a=1")
    assert headers["host"] == f"shop.example:{canary.port}"
    assert headers["x-signed"] == "yes"
    assert headers["content-length"] == "4"


def test_the_certificate_is_asked_for_by_name(monkeypatch):
    """TLS: the name indicated (and so checked) is the host's, while the address is the pinned one."""
    names = []

    def wrap(self, *args, server_hostname=None, **kwargs):
        names.append(server_hostname)
        raise ssl.SSLError("far enough")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
        with pytest.raises(OutboundError):
            request(
                "GET",
                f"https://shop.example:{listener.getsockname()[1]}/",
                allow_private_hosts=frozenset({"shop.example"}),
                resolver=lambda host, port: ["127.0.0.1"],
            )
    assert names == ["shop.example"]


def test_certificates_are_verified():
    context = client._tls()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is True


def test_redirects_are_not_followed(canary):
    canary.location = "http://169.254.169.254/latest/"
    answer = request("GET", f"http://127.0.0.1:{canary.port}/moved", allow_private_hosts=frozenset({"127.0.0.1"}))
    assert answer.status == 302
    assert len(canary.hits) == 1


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:{port}/inside", "http://localhost:{port}/", "http://[::1]:{port}/", "//2130706433:{port}/"],
)
def test_where_they_are_followed_they_are_checked_again(canary, location):
    canary.location = location.format(port=canary.port)
    with pytest.raises(AddressRefusedError):
        request(
            "GET",
            f"http://shop.example:{canary.port}/moved",
            redirects=3,
            allow_private_hosts=frozenset({"shop.example"}),
            resolver=lambda host, port: ["127.0.0.1"] if host == "shop.example" else system_resolver(host, port),
        )
    assert [path for _, path, _ in canary.hits] == ["/moved"]


def test_secrets_do_not_follow_a_redirect_to_another_host(canary):
    canary.location = f"http://other.example:{canary.port}/there"
    request(
        "GET",
        f"http://shop.example:{canary.port}/moved",
        redirects=1,
        headers={"Authorization": "Bearer x", "Cookie": "a=b", "X-Plain": "1"},
        allow_private_hosts=frozenset({"shop.example", "other.example"}),
        resolver=lambda host, port: ["127.0.0.1"],
    )
    first, second = (headers for _, _, headers in canary.hits)
    assert first["authorization"] == "Bearer x"
    assert "authorization" not in second
    assert "cookie" not in second
    assert second["x-plain"] == "1"


def test_a_post_is_never_repeated_elsewhere(canary):
    canary.location = f"http://127.0.0.1:{canary.port}/there"
    allowed = frozenset({"127.0.0.1"})
    answer = request(
        "POST", f"http://127.0.0.1:{canary.port}/moved", content=b"x", redirects=3, allow_private_hosts=allowed
    )
    assert answer.status == 302
    assert len(canary.hits) == 1


def test_too_much_is_cut_off(canary):
    with pytest.raises(ResponseTooLargeError):
        request(
            "GET", f"http://127.0.0.1:{canary.port}/big", max_bytes=1000, allow_private_hosts=frozenset({"127.0.0.1"})
        )


def test_what_unfolds_to_too_much_is_cut_off(canary):
    with pytest.raises(ResponseTooLargeError):
        request("GET", f"http://127.0.0.1:{canary.port}/bomb", allow_private_hosts=frozenset({"127.0.0.1"}))


@pytest.mark.parametrize("path", ["/slow", "/slow-headers"])
def test_dawdling_ends_at_the_deadline(canary, path):
    started = time.monotonic()
    with pytest.raises(OutboundTimeoutError):
        request(
            "GET", f"http://127.0.0.1:{canary.port}{path}", timeout=0.4, allow_private_hosts=frozenset({"127.0.0.1"})
        )
    assert time.monotonic() - started < 1.5


def test_proxies_of_the_environment_are_not_used(canary, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert (
        request("GET", f"http://127.0.0.1:{canary.port}/", allow_private_hosts=frozenset({"127.0.0.1"})).status == 200
    )


def test_nobody_there_is_an_error_of_ours():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OutboundError):
        request("GET", f"http://127.0.0.1:{port}/", allow_private_hosts=frozenset({"127.0.0.1"}), timeout=2)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert is_public(address) is True
