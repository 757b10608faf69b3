"""Log-in, sign-up, reset: what strangers learn, where they are sent, and what comes along."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

import pytest

from tests.abuse.console import Console
from tests.abuse.people import ADA, BOB, CARA, DORA, PASSWORD
from tests.abuse.web import Answer, browser_with, cookies, csrf_of, filled, form, logged_in, new_address, send, staff
from tests.live import LiveShop
from tests.robot import fields_of

ELSEWHERE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https:/evil.example", "///evil.example",
    "https://evil.example/", "javascript:alert(1)", "%2f%2fevil.example", "/%09/evil.example", "/\t/evil.example",
    "http:///evil.example",
    "data:text/html,x", "evil.example", "/\x0b/evil.example", "//evil.example@127.0.0.1", "https://127.0.0.1@evil.example/",
]  # fmt: skip
ACCOUNT_FIELDS = {
    "is_staff": "1", "is_superuser": "1", "is_active": "1", "groups": "1", "role": "owner", "user_permissions": "1", "id": "1",
    "pk": "1",     "user": "1", "customer": "1", "verified": "1", "email_verified": "1", "primary": "1",
    "balance": "1000", "tax_exempt": "1",
    "customer_group": "vip", "external_ref": "x", "note": "vip",
}  # fmt: skip


def stays(target: str) -> bool:
    """Whether a browser that is sent there stays: a path from the root, in which no control character hides another //."""
    return re.match(r"/(?![/\\])[\x21-\x7e]*$", target) is not None


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_never_leaves_the_site(shop: LiveShop, target: str) -> None:
    base, source = shop.base, new_address()
    sent = {"login": ADA, "password": PASSWORD, "next": target}
    for where in ("/account/login/", f"/account/login/?next={quote(target)}"):
        answer = form(base, where, sent, source=source)
        assert answer.status == 302
        assert stays(answer.header("Location")), answer.header("Location")
    jar = browser_with(base, answer)
    for where in (f"/account/logout/?next={quote(target)}", "/account/logout/"):
        left = form(base, where, {"next": target}, cookies(jar), source=source)
        assert stays(left.header("Location")), left.header("Location")
    # No page offers the address as a link either.
    for page in ("/account/login/", "/account/signup/", "/account/password/reset/", "/admin/login/"):
        body = send(base, "GET", f"{page}?next={quote(target)}", source=source).body
        for link in re.findall(r'(?:href|action)="([^"]*)"', body):
            assert "evil" not in link.partition("?")[0], link
            assert not re.match(r"(?i)\s*(javascript|data:text)", link), link
    page = send(base, "GET", f"/admin/login/?next={quote(target)}", source=source)
    fields = {"username": "support@staff.example", "password": PASSWORD, "next": target}
    fields["csrfmiddlewaretoken"] = csrf_of(page.body)
    if target in ELSEWHERE[:4]:  # staff have few tries
        admin = form(base, "/admin/login/", fields, cookies(browser_with(base, page)), source=source)
        assert (admin.status, admin.header("Location")) == (302, "/admin/")


def shape(answer: Answer) -> tuple[int, str, str]:
    hidden = re.sub(r"[\w.+-]+@example\.com", "SOMEBODY", answer.body)
    return answer.status, answer.header("Location"), hidden


def test_answers_are_the_same_for_those_who_have_an_account_and_those_who_have_none(shop: LiveShop) -> None:
    for url, fields in (
        ("/account/login/", {"login": "{}", "password": "a wrong password"}),
        ("/account/password/reset/", {"email": "{}"}),
        ("/account/signup/", {"email": "{}", "password1": PASSWORD}),
        ("/account/signup/", {"email": "{}", "password1": "short"}),
    ):
        answers = []
        for email in (DORA, f"nobody{time.monotonic_ns()}@example.com"):
            sent = {name: value.format(email) for name, value in fields.items()}
            source = new_address()
            answer = form(shop.base, url, sent, source=source)
            jar = browser_with(shop.base, answer)
            then = send(shop.base, "GET", answer.header("Location") or url, headers=cookies(jar), source=source)
            names = sorted(re.sub(r"=.*", "", line) for line in answer.all("Set-Cookie"))
            answers.append((shape(answer), shape(then), names))
        assert answers[0] == answers[1], url


def test_the_checkout_does_not_know_accounts(shop: LiveShop) -> None:
    seen = []
    for email in (BOB, "nobody.at.all@example.com"):
        browser = filled(shop.base)
        page = browser.get("/checkout/")
        node = next(f for f in page.tree.css("form") if f.css_first('[autocomplete~="email"]'))
        answer = form(shop.base, "/checkout/", {**fields_of(node), "email": email}, cookies(browser))
        seen.append((answer.status, re.sub(r'value="[^"]*"', "", answer.body)))
    assert seen[0] == seen[1]


@pytest.mark.slow
def test_answers_take_the_same_time(shop: LiveShop) -> None:
    """Hashing takes far longer than all the rest: whoever leaves it out for strangers is found out at once."""
    for url, make in (
        ("/account/login/", lambda email: {"login": email, "password": "a wrong password"}),
        ("/account/signup/", lambda email: {"email": email, "password1": PASSWORD}),
    ):
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(8):
            is_known = number % 2 == 0
            email = CARA if is_known else f"stranger{time.monotonic_ns()}@example.com"
            started = time.perf_counter()
            form(shop.base, url, make(email), source=new_address())
            times[is_known].append(time.perf_counter() - started)
        # The quickest say most: a busy machine only ever adds. A hash is 100 ms and more.
        known, strange = min(times[True]), min(times[False])
        assert abs(known - strange) < 0.5 * max(known, strange), (url, known, strange)


def test_log_in_gives_a_new_session_and_keeps_the_cart(shop: LiveShop) -> None:
    guest = filled(shop.base)
    planted = {**guest.cookies, "stoa_session": "a" * 32}
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in planted.items())}
    answer = form(shop.base, "/account/login/", {"login": BOB, "password": PASSWORD}, header, source=new_address())
    assert answer.status == 302
    after = browser_with(shop.base, answer)
    assert after.cookies["stoa_session"] != "a" * 32
    assert send(shop.base, "GET", "/account/", headers={"Cookie": f"stoa_session={'a' * 32}"}).status == 302
    assert send(shop.base, "GET", "/cart/badge/", headers=cookies(after)).body == "1"
    # The guest's cookie opens nothing any more.
    assert send(shop.base, "GET", "/cart/badge/", headers=cookies(guest)).body == "0"
    form(shop.base, "/account/logout/", {}, cookies(after))
    assert send(shop.base, "GET", "/account/", headers=cookies(after)).status == 302
    assert send(shop.base, "GET", "/cart/badge/", headers=cookies(after)).body == "0"


def test_accounts_take_nothing_but_their_fields(shop: LiveShop, console: Console) -> None:
    browser = logged_in(shop.base, BOB)
    facts = """
from stoa.customers.models import User
u = User.objects.get(email={!r}); c = getattr(u, "customer", None)
result = [u.is_staff, u.is_superuser, u.is_active, u.groups.count(), u.user_permissions.count(),
          c and [c.user_id == u.id, c.email, c.note,
          c.external_ref]]
""".format  # fmt: skip
    before = console(facts(BOB))
    extra = {**ACCOUNT_FIELDS, "email": "evil@example.com"}
    for url, fields in (
        ("/account/profile/", {"name": "Bob", "phone": "1"}),
        ("/account/addresses/new/", {"name": "B", "line1": "x", "city": "y", "country": "DE", "postal_code": "10115"}),
        ("/account/password/change/", {}),
    ):
        assert form(shop.base, url, {**extra, **fields}, cookies(browser)).status in (200, 303, 422)
    assert console(facts(BOB)) == before
    email = f"eve{time.monotonic_ns()}@example.com"
    form(shop.base, "/account/signup/", {**ACCOUNT_FIELDS, "email": email, "password1": PASSWORD}, source=new_address())
    assert console(facts(email))[:5] == [False, False, True, 0, 0]
    code = f"from allauth.account.models import EmailAddress as E; result = E.objects.get(email={email!r}).verified"
    assert console(code) is False
    assert "confirm" in form(
        shop.base, "/account/login/", {"login": email, "password": PASSWORD}, source=new_address()
    ).header("Location")


def test_another_address_needs_password_and_proof(shop: LiveShop, console: Console) -> None:
    browser = logged_in(shop.base, BOB)
    for fields in ({"email": "new.bob@example.com", "action_add": ""}, {"email": ADA, "action_add": ""}):
        form(shop.base, "/account/email/", fields, cookies(browser))
    code = f"""
from allauth.account.models import EmailAddress
from stoa.customers.models import User
u = User.objects.get(email={BOB!r})
result = [u.customer.email, list(EmailAddress.objects.filter(user=u, verified=True).values_list("email", flat=True))]
"""
    assert console(code) == [BOB, [BOB]]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Host": "evil.example", "X-Forwarded-Server": "evil.example", "Forwarded": "host=evil.example"},
        {"X-Original-URL": "http://evil.example/", "X-Rewrite-URL": "//evil.example"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:1@evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1:31337"},
    ],
)
def test_no_header_reaches_a_mail_or_a_kept_page(shop: LiveShop, console: Console, headers: dict[str, str]) -> None:
    base = shop.base
    for url, fields in (
        ("/account/password/reset/", {"email": ADA}),
        ("/account/signup/", {"email": f"new{time.monotonic_ns()}@example.com", "password1": PASSWORD}),
    ):
        form(base, url, fields, {**headers, "X-Forwarded-Proto": "https"}, source=new_address())
    code = """
from stoa.operations.models import MailMessage
result = [m.text + m.html + m.subject for m in MailMessage.objects.order_by("-id")[:4]]
"""
    for text in console(code):
        assert "evil" not in text
        assert "31337" not in text
        assert all(link.startswith(base) for link in re.findall(r"https?://[^\s\"'<]+", text) if "account" in link)
    for target in ("/", "/p/product-plenty/", "/sitemap.xml", "/robots.txt", "/account/login/", "/account"):
        given = send(base, "GET", target, headers=headers)
        assert "evil" not in given.body + given.header("Location")
        assert "evil" not in send(base, "GET", target).body
        assert "31337" not in send(base, "GET", target).body


def test_passwords_are_tried_a_few_times_only(shop: LiveShop) -> None:
    source = new_address()
    email = f"target{time.monotonic_ns()}@example.com"
    answers = [
        form(shop.base, "/account/login/", {"login": email, "password": f"guess {number}"}, source=source)
        for number in range(14)
    ]
    assert {answer.status for answer in answers} <= {200, 429}
    assert all(answer.status == 429 or "Too many" in answer.body for answer in answers[10:])
    # Another network does not help against the same account.
    elsewhere = form(shop.base, "/account/login/", {"login": email, "password": "guess"}, source=new_address())
    assert elsewhere.status == 429 or "Too many" in elsewhere.body


def test_one_address_is_not_flooded_with_mail(shop: LiveShop, console: Console) -> None:
    email = f"victim{time.monotonic_ns()}@example.com"
    for _ in range(30):
        form(shop.base, "/account/password/reset/", {"email": email}, source=new_address())
        form(shop.base, "/account/signup/", {"email": email, "password1": PASSWORD}, source=new_address())
    code = (
        f"from stoa.operations.models import MailMessage as M; result = M.objects.filter(recipient={email!r}).count()"
    )
    assert console(code) <= 15


def test_staff_rights_do_not_come_from_the_shops_door(shop: LiveShop) -> None:
    customer = logged_in(shop.base, BOB)
    for target in ("/admin/", "/admin/orders/", "/admin/images/", "/admin/users/", "/admin/mailbox/"):
        answer = send(shop.base, "GET", target, headers=cookies(customer))
        assert (answer.status, answer.header("Location").partition("?")[0]) == (302, "/admin/login/"), target
    analyst = staff(shop.base, "analyst")
    for target in ("/admin/orders/", "/admin/users/", "/admin/customers/"):
        assert send(shop.base, "GET", target, headers=cookies(analyst)).status in (302, 403, 404), target
