"""Files for the media library: re-encoded or refused, and inert in any case."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from tests.abuse.console import Console
from tests.abuse.web import cookies, csrf_of, send, staff
from tests.live import LiveShop
from tests.robot import Browser

CUT = "cut-here"


@pytest.fixture(scope="module")
def manager(shop: LiveShop) -> Browser:
    return staff(shop.base, "manager")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 40), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG that says it is huge; its header is all that a reader should need."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 200_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def upload(
    shop: LiveShop, who: Browser, name: str, kind: str, data: bytes, url: str = "/admin/images/add/"
) -> tuple[int, str]:
    page = send(shop.base, "GET", "/admin/images/add/", headers=cookies(who))
    token = csrf_of(page.body)
    parts = []
    for field, value in (("csrfmiddlewaretoken", token), ("title", "A picture"), ("collection", "1")):
        parts.append(f'--{CUT}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode())
    for field in ("file", "files[]"):
        head = f'--{CUT}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    body = b"".join(parts) + f"--{CUT}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={CUT}", "Origin": shop.base, **cookies(who)}
    headers["X-Requested-With"] = "XMLHttpRequest"
    headers["X-CSRFToken"] = token
    answer = send(shop.base, "POST", url, body, headers)
    return answer.status, answer.body


def pictures(console: Console) -> int:
    return int(console("from stoa.catalogue.models import Picture; result = Picture.objects.count()"))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
XXE = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("a.svg", "image/svg+xml", SVG),
        ("a.png", "image/png", SVG),
        ("a.jpg", "image/jpeg", XXE),
        ("a.html", "text/html", b"<script>alert(1)</script>"),
        ("a.png", "image/png", b"<script>alert(1)</script>"),
        ("a.png", "image/png", b"GIF89a/*<script>alert(1)</script>*/"),
        ("a.php", "image/png", b"\x89PNG\r\n\x1a\n<?php system('id'); ?>"),
        (".htaccess", "image/png", b"AddType text/html .png"),
        ("a.png", "image/png", b""),
        ("a.png", "image/png", bomb()),
        ("a.png", "image/png", bomb(1, 10_000_000)),
        ("a.png", "image/png", picture()[:60]),
        ("a.tiff", "image/tiff", b"II*\x00"),
        ("a.eps", "image/png", b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_is_refused(
    shop: LiveShop, console: Console, manager: Browser, name: str, kind: str, data: bytes
) -> None:
    before = pictures(console)
    for url in ("/admin/images/add/", "/admin/images/multiple/add/"):
        status, body = upload(shop, manager, name, kind, data, url)
        assert status in (200, 400, 404, 422), (url, status)
        assert "root:" not in body
    assert pictures(console) == before


def test_what_is_more_than_a_picture_becomes_one(shop: LiveShop, console: Console, manager: Browser) -> None:
    script = b"<script>alert(document.domain)</script><?php system('id'); ?>"
    exif = Image.Exif()
    exif[0x010E] = script.decode()
    for number, (name, data) in enumerate(
        [
            ("polyglot.html.png", picture() + script),
            ("../../../evil.php.jpg", picture("JPEG", size=(41, 41), exif=exif.tobytes()) + script),
            ("a\x01b;.png", picture("PNG", size=(42, 42))),
            ("=cmd|' /C calc'!A0.png", picture("PNG", size=(43, 43))),
        ]
    ):
        before = pictures(console)
        status, _body = upload(shop, manager, name, "image/png", data)
        assert status in (200, 302), (name, status)
        assert pictures(console) == before + 1, (number, name)
        code = "from stoa.catalogue.models import Picture; result = Picture.objects.latest('id').file.url"
        url = console(code)
        assert re.fullmatch(r"/media/original_images/[a-z0-9_-]+\.(png|jpg)", url.replace("A", "a").lower()), url
        answer = send(shop.base, "GET", url)
        assert answer.status == 200
        assert answer.header("Content-Type") in ("image/png", "image/jpeg")
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert "sandbox" in answer.header("Content-Security-Policy")
        assert "<script>" not in answer.body
        assert "<?php" not in answer.body


@pytest.mark.parametrize("role", ["support", "analyst", "fulfilment"])
def test_those_who_keep_no_pictures_bring_none(shop: LiveShop, console: Console, role: str) -> None:
    who, before = staff(shop.base, role), pictures(console)
    answer = send(shop.base, "GET", "/admin/images/add/", headers=cookies(who))
    assert answer.status in (302, 403, 404)
    token = csrf_of(send(shop.base, "GET", "/admin/account/", headers=cookies(who)).body)
    body = (
        f'--{CUT}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--{CUT}\r\n'
        f'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={CUT}", "Origin": shop.base, **cookies(who)}
    sent = body + picture() + f"\r\n--{CUT}--\r\n".encode()
    assert send(shop.base, "POST", "/admin/images/add/", sent, headers).status in (302, 403, 404)
    assert pictures(console) == before


def test_nobody_else_can_bring_a_file_anywhere(shop: LiveShop) -> None:
    for target in (
        "/",
        "/cart/add/",
        "/checkout/",
        "/media/a.html",
        "/media/",
        "/static/a.html",
        "/account/signup/",
        "/search/",
    ):
        part = f'--{CUT}\r\nContent-Disposition: form-data; name="file"; filename="../../a.html"\r\n\r\n<script>\r\n--{CUT}--\r\n'
        headers = {"Content-Type": f"multipart/form-data; boundary={CUT}"}
        for method in ("POST", "PUT"):
            assert send(shop.base, method, target, part.encode(), headers).status < 500
    for target in ("/media/a.html", "/a.html", "/static/a.html"):
        assert send(shop.base, "GET", target).status == 404
