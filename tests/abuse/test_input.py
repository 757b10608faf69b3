"""Whatever comes in by any field or address: an answer below 500, and nothing of it runs anywhere."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest

from tests.abuse.console import Console
from tests.abuse.people import BOB, EVA
from tests.abuse.web import (
    FORM,
    checkout_fields,
    cookies,
    filled,
    form,
    logged_in,
    new_address,
    order,
    send,
    staff,
)
from tests.live import LiveShop

RAW = [
    b"%00", b"%ED%A0%80", b"%FF%FE", b"%C0%AE%C0%AE%2F", b"\xff", b"%F0%9F%9B%92" * 40, b"x" * 10_000, b"..%2F..%2Fetc%2Fpasswd",
    b"%E2%80%AE%E2%80%8B", b"%", b"%zz", b"%0D%0ABcc%3A%20evil%40example.com", b"%7B%7B7*7%7D%7D%7B%25%20load%20x%20%25%7D",
    b"%3Cscript%3Ealert(1)%3C%2Fscript%3E", b"'%20OR%20'1'%3D'1", b"%F4%90%80%80", b"-1", b"99999999999999999999", b"null", b"",
]  # fmt: skip
# For fields: the same without what only addresses can mean.
TYPED = [
    raw
    for raw in RAW
    if raw not in (b"%", b"%zz", b"-1", b"null", b"%FF%FE", b"..%2F..%2Fetc%2Fpasswd", b"%F4%90%80%80")
]
PATHS = [
    "/p/%s/", "/c/%s/",
    "/%s/", "/order/%s/x/", "/order/1/%s/", "/sandbox-pay/%s/", "/payments/return/%s/", "/payments/webhooks/%s/",
    "/account/orders/%s/", "/account/addresses/%s/", "/account/confirm-email/%s/", "/account/password/reset/key/%s/", "/media/%s",
    "/static/%s", "/sitemap-products-%s.xml", "/admin/orders/%s/", "/admin/mails/%s/", "/p/product-plenty/%s", "/search/?q=%s",
    "/c/shelf/?page=%s", "/c/shelf/?min=%s&max=%s", "/c/shelf/?brand=%s&sort=%s", "/p/product-plenty/?variant=%s", "/cart/?%s=1",
    "/checkout/?country=%s&delivery=%s", "/account/login/?next=%s", "/?%s",
]  # fmt: skip


def test_odd_addresses(shop: LiveShop) -> None:
    bob = logged_in(shop.base, BOB)
    owner = staff(shop.base, "owner")
    for path in PATHS:
        for raw in RAW:
            target = path.replace("%s", raw.decode("latin-1"))
            if raw == b"\xff":
                continue  # an HTTP client cannot send it in a request line
            who = owner if path.startswith("/admin/") else bob
            answer = send(shop.base, "GET", target, headers=cookies(who))
            assert answer.status < 500, target[:120]
            assert "<script>alert" not in answer.body, target[:120]
            assert "root:" not in answer.body


@pytest.mark.parametrize("who", ["guest", "customer"])
def test_odd_text_in_every_field(shop: LiveShop, console: Console, who: str) -> None:
    eva = logged_in(shop.base, EVA)
    forms = {
        "/cart/add/": ["variant", "quantity"], "/cart/update/": ["variant", "quantity"], "/cart/remove/": ["variant"],
        "/account/login/": ["login", "password", "next", "remember"], "/account/signup/": ["email", "password1"],
        "/account/password/reset/": ["email"],
    }  # fmt: skip
    if who == "customer":
        forms = {
            "/account/profile/": ["name", "phone"],
            "/account/addresses/new/": ["name", "line1", "city", "country", "postal_code", "phone", "region", "is_default"],
            "/account/email/": ["email", "action_add"], "/account/password/change/": ["oldpassword", "password1"],
            "/account/reauthenticate/": ["password"],
        }  # fmt: skip
    for url, names in forms.items():
        for name in names:
            for raw in TYPED:
                others = b"".join(b"&%s=x" % other.encode() for other in names if other != name)
                body = name.encode() + b"=" + raw + others
                headers = {"Content-Type": FORM, **(cookies(eva) if who == "customer" else {})}
                answer = send(shop.base, "POST", url, body, headers, source=new_address())
                assert answer.status < 500, (url, name, raw[:40])
                assert "<script>alert" not in answer.body, (url, name)


def test_odd_text_at_the_checkout(shop: LiveShop, console: Console) -> None:
    names = (
        "email",
        "name",
        "line1",
        "line2",
        "city",
        "postal_code",
        "phone",
        "country",
        "note",
        "delivery",
        "payment",
        "cart",
        "seen_goods",
    )
    browser = filled(shop.base)
    typed = checkout_fields(browser, payment="bank_transfer")
    for name in names:
        for raw in TYPED:
            fields = {key: quote(value) for key, value in typed.items()}
            body = "&".join(f"{key}={value}" for key, value in fields.items() if key != name).encode()
            answer = send(shop.base, "POST", "/checkout/", body + b"&" + name.encode() + b"=" + raw,
                          {"Content-Type": FORM, **cookies(browser)}, source=new_address())  # fmt: skip
            assert answer.status < 500, (name, raw[:40])
            assert "<script>alert" not in answer.body
            if answer.status == 303 and answer.header("Location").startswith("/order/"):
                assert send(shop.base, "GET", answer.header("Location")).status == 200
                browser = filled(shop.base)
                typed = checkout_fields(browser, payment="bank_transfer")
    code = """
from stoa.operations.models import Order
result = [t for o in Order.objects.all() for t in (o.email, o.name, o.line1, o.line2, o.city, o.postal_code, o.phone)
          if any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E for c in t) or len(t) > 254]
"""
    assert console(code) == []


LITERAL = "{{7*7}}{% load x %}{0.__class__}${7*7}#{7*7}<%= 7*7 %>"


def test_templates_in_names_stay_text(shop: LiveShop, console: Console) -> None:
    page = order(shop.base, name=LITERAL, line1=LITERAL, city="{{ settings.SECRET_KEY }}", note=LITERAL)
    number = page.split("/")[2]
    shown = send(shop.base, "GET", page).body
    assert "{{7*7}}{% load x %}{0.__class__}${7*7}#{7*7}&lt;%= 7*7 %&gt;" in shown
    code = f"""
import time
from stoa.operations.models import MailMessage, Order
from stoa.kernel.outbox.relay import relay_until_empty
relay_until_empty()
o = Order.objects.get(number={number!r})
for _ in range(100):
    if o.mails.exists(): break
    time.sleep(0.1)
m = o.mails.first()
result = [m.subject, m.text, m.html, o.pk]
"""
    subject, text, html, pk = console(code)
    assert LITERAL in text
    assert "{{7*7}}" in html
    assert "<%=" not in html
    assert "settings.SECRET_KEY" in text
    assert "settings.SECRET_KEY" in html
    assert "7*7" not in subject
    admin = send(shop.base, "GET", f"/admin/orders/{pk}/", headers=cookies(staff(shop.base, "support"))).body
    assert "{{7*7}}" in admin
    assert "<%= 7*7" not in admin


@pytest.mark.parametrize(
    "email",
    [
        "a@example.com\r\nBcc: evil@example.com", "a@example.com%0ABcc:evil@example.com", "a@example.com,evil@example.com",
        "a@example.com;evil@example.com", "<evil@example.com> a@example.com", '"a\r\nBcc: e"@example.com', "a@example.com\x00",
        "a@example.com\u2028Bcc: e@example.com", "a b@example.com", "a@exam\nple.com",
    ],
)  # fmt: skip
def test_an_address_is_one_address(shop: LiveShop, console: Console, email: str) -> None:
    browser = filled(shop.base)
    fields = checkout_fields(browser, payment="bank_transfer", email=email)
    answer = form(shop.base, "/checkout/", fields, cookies(browser), source=new_address())
    assert answer.status in (303, 400, 422)
    for url in ("/account/signup/", "/account/password/reset/"):
        sent = {"email": email, "password1": "a long enough password"}
        assert form(shop.base, url, sent, source=new_address()).status < 500
    code = """
from stoa.operations.models import MailMessage, Order
found = [*MailMessage.objects.values_list("recipient", flat=True), *Order.objects.values_list("email", flat=True)]
result = [r for r in found if r.count("@") > 1 or any(c in r for c in "\\r\\n,;<> \\u2028") or "evil" in r]
"""
    assert console(code) == []


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: evil@example.com", "Eve\nSubject: cheap", "Eve\x0b\x0c\x85\u2028Bcc: e", "\u202eevE"]
)
def test_names_add_no_headers(shop: LiveShop, console: Console, name: str) -> None:
    number = order(shop.base, name=name, note=name).split("/")[2]
    code = f"from stoa.operations.models import Order; o = Order.objects.get(number={number!r}); result = o.name"
    kept = console(code)
    assert not any(ord(char) < 32 or char in "\x85\u2028\u202e" for char in kept)


def test_exports_hold_no_formulas(shop: LiveShop, console: Console) -> None:
    names = [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "＝1+1",
        '=HYPERLINK("http://evil.example")',
        "==cmd|' /C calc'!A0",
        '"; =1',
    ]
    for name in names:
        order(shop.base, name=name, email="formula@example.com")
    manager = staff(shop.base, "manager")
    code = """
from django.urls import reverse
result = [reverse("backoffice:" + name) for name in ("orders_export", "levels_export", "moves_export", "sales_export")]
"""
    for target in console(code):
        answer = send(shop.base, "GET", target, headers=cookies(manager))
        assert answer.status == 200, target
        assert answer.header("Content-Type").startswith("text/csv")
        assert "attachment" in answer.header("Content-Disposition")
        for row in csv.reader(io.StringIO(answer.body.lstrip("\ufeff"))):
            for cell in row:
                bare = cell.lstrip(" ")
                is_number = re.fullmatch(r"-?\d+(\.\d+)?", bare)
                assert is_number or not bare.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")), (
                    target,
                    cell,
                )
