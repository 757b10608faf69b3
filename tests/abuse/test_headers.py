"""What every answer tells browsers, error pages and refusals included."""

from __future__ import annotations

import re

from tests.abuse.people import ADA, PASSWORD
from tests.abuse.web import FORM, Answer, cookies, filled, form, logged_in, new_address, order, send, staff
from tests.live import LiveShop

PUBLIC = [
    "/", "/p/product-plenty/", "/c/shelf/", "/search/?q=plenty", "/cart/", "/cart/badge/", "/checkout/", "/account/login/",
    "/account/signup/", "/account/password/reset/", "/account/", "/delivery/", "/nothing/here/", "/order/1/x/", "/sandbox-pay/x/",
    "/c/shelf/?page=99",
    "/p/%00/", "/%ff/", "/" + "x" * 9000, "/healthz", "/readyz", "/sitemap.xml", "/robots.txt", "/site.webmanifest", "/favicon.ico",
    "/payments/webhooks/sandbox/", "/cart/add/", "/account", "/_util/login/", "/static/none.css",
]  # fmt: skip


def check(answer: Answer, where: str) -> None:
    policy = answer.header("Content-Security-Policy")
    assert "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert "default-src 'none'" in policy, where
    assert "script-src 'self';" in policy, where
    assert "http:" not in policy, where
    assert answer.header("X-Content-Type-Options") == "nosniff", where
    assert answer.header("X-Frame-Options") == "DENY", where
    assert answer.header("Referrer-Policy") in {"strict-origin-when-cross-origin", "same-origin"}, where
    assert len(answer.all("Content-Security-Policy")) == 1, where
    assert "X-Stoa" not in str(answer.headers), where
    assert "Django" not in answer.header("Server") + answer.header("X-Powered-By")


def test_every_answer_of_the_shop(shop: LiveShop) -> None:
    for target in PUBLIC:
        check(send(shop.base, "GET", target), target)
        check(send(shop.base, "HEAD", target), target)
    foreign = {"Origin": "https://evil.example"}
    check(form(shop.base, "/cart/add/", {}, foreign), "foreign")
    check(send(shop.base, "GET", "/", headers={"Host": "evil.example"}), "host")
    check(form(shop.base, "/cart/add/", {"variant": "x", "quantity": "-1"}), "refused")
    check(form(shop.base, "/cart/add/", {"variant": "\x00"}), "NUL")
    check(send(shop.base, "POST", "/cart/add/", b"", {"Content-Type": FORM, "Content-Length": "1100000"}), "too much")
    check(send(shop.base, "POST", "/payments/webhooks/sandbox/", b"{}"), "webhook")


def test_every_answer_to_one_person_is_kept_by_nobody(shop: LiveShop) -> None:
    ada, guest = logged_in(shop.base, ADA), filled(shop.base)
    page = order(shop.base)
    private = [(target, ada) for target in ("/account/", "/account/orders/", "/account/profile/", "/account/email/")]
    for target, who in [*private, ("/cart/", guest), ("/checkout/", guest), (page, guest), ("/cart/badge/", guest)]:
        answer = send(shop.base, "GET", target, headers=cookies(who))
        assert answer.status == 200, target
        check(answer, target)
        assert "no-store" in answer.header("Cache-Control"), target
    # The address of an order page opens it: neither other sites nor search engines learn of it.
    answer = send(shop.base, "GET", page)
    assert answer.header("Referrer-Policy") == "same-origin"
    assert "noindex" in answer.header("X-Robots-Tag")


def test_no_page_of_the_shop_has_anything_inline_or_from_elsewhere(shop: LiveShop) -> None:
    guest = filled(shop.base)
    for target in PUBLIC:
        body = send(shop.base, "GET", target, headers=cookies(guest)).body
        if "<html" not in body:
            continue
        assert not re.search(r"<style[\s>]|\sstyle=|\son\w+=|javascript:", body), target
        assert not re.search(r"<script(?![^>]*(?:\ssrc=|application/ld\+json))", body), target
        assert not re.search(
            r'<(?:script|img|link|iframe|source)[^>]*\s(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)', body
        ), target


def test_the_back_office_is_framed_by_nobody(shop: LiveShop) -> None:
    owner = staff(shop.base, "owner")
    for target in (
        "/admin/",
        "/admin/login/",
        "/admin/orders/",
        "/admin/users/",
        "/admin/images/",
        "/admin/nothing/here/",
    ):
        answer = send(shop.base, "GET", target, headers=cookies(owner))
        assert "frame-ancestors 'none'" in answer.header("Content-Security-Policy"), target
        assert answer.header("X-Frame-Options") == "DENY", target
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert "no-store" in answer.header("Cache-Control"), target


def test_cookies_say_who_may_read_them(shop: LiveShop) -> None:
    browser = filled(shop.base)
    assert set(browser.cookies) == {"stoa_cart", "stoa_has_cart"}
    variant = re.search(
        r'name="variant" value="(\d+)"', send(shop.base, "GET", "/cart/", headers=cookies(browser)).body
    )
    assert variant
    put = form(shop.base, "/cart/add/", {"variant": variant.group(1), "quantity": "1"}, source=new_address())
    entered = form(shop.base, "/account/login/", {"login": ADA, "password": PASSWORD}, source=new_address())
    lines = [line for answer in (entered, put) for line in answer.all("Set-Cookie")]
    found = {line.partition("=")[0]: line.lower() for line in lines}
    for name in ("stoa_cart", "stoa_session"):
        assert "httponly" in found[name]
    for line in found.values():
        assert "samesite=lax" in line
        assert "domain=" not in line
    for target in ("/", "/p/product-plenty/", "/c/shelf/", "/search/?q=x", "/delivery/", "/nothing/", "/sitemap.xml"):
        assert send(shop.base, "GET", target).all("Set-Cookie") == [], target
        assert send(shop.base, "GET", target, headers=cookies(browser)).all("Set-Cookie") == [], target
