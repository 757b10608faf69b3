"""Every route against every role, with real log-ins. ``routes.toml`` says who gets in; what it does not name fails."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.urls.exceptions import NoReverseMatch

from stoa.backoffice.guard import may
from stoa.backoffice.testing import ROLE_CODES, client_of, make_staff
from stoa.catalogue.bulk.actions import begin_bulk_edit
from stoa.catalogue.models import Category, Product
from stoa.catalogue.prices.actions import schedule_sale
from stoa.catalogue.types.actions import define_attribute, define_type
from stoa.customers.groups.actions import create_group
from stoa.customers.models import Address
from stoa.inventory.models import StockLevel
from stoa.kernel import clock, ids
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry, Delivery, JobRun, OutboxEvent
from stoa.marketing.menus.actions import write_menu
from stoa.marketing.menus.rules import node
from stoa.operations.documents.actions import begin_batch, issue_invoice
from stoa.operations.models import MailMessage, PaymentEvent, TaxRate
from stoa.operations.testing import make_order, make_shop

TABLE = tomllib.loads((Path(__file__).parent / "routes.toml").read_text())
AUDIENCES = TABLE["audiences"]["everybody"]


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str

    @property
    def key(self) -> str:
        """The name, or the pattern of a route without one."""
        return self.name if self.name.rpartition(":")[2] else self.pattern


@dataclass(frozen=True)
class Rule:
    routes: tuple[str, ...]
    who: frozenset[str]
    method: str
    walks_all: bool


def all_routes(patterns: Any = None, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(":".join([*spaces, entry.name or ""]), path)
        else:
            yield from all_routes(entry.url_patterns, path, (*spaces, entry.namespace) if entry.namespace else spaces)


RULES = [
    Rule(
        tuple(rule["routes"]),
        frozenset(TABLE["audiences"][rule["who"]]),
        rule.get("method", "GET"),
        rule.get("walk", "all") == "all",
    )
    for rule in TABLE["rule"]
]


def rule_of(route: Route) -> Rule | None:
    return next((rule for rule in RULES if any(fnmatchcase(route.key, name) for name in rule.routes)), None)


def test_every_route_has_a_rule() -> None:
    without = sorted({route.key for route in all_routes() if rule_of(route) is None})
    assert not without, f"say in routes.toml who may open: {without}"


def test_every_audience_is_a_role_or_a_visitor() -> None:
    assert set(AUDIENCES) == {"anonymous", "customer", *ROLE_CODES}


@pytest.fixture
def samples(db: None) -> dict[str, Any]:
    """One thing of each kind, so that an address with a number in it finds something."""
    shop = make_shop(address="Hauptstrasse 1", vat_id="DE123456789")
    order = make_order(shop)
    document = issue_invoice(order.pk, actor=SYSTEM)
    product = Product.objects.get(variants=shop.mug)
    product.save_revision()
    make_staff("owner")
    event = OutboxEvent.objects.order_by("id").first()
    now = clock.now()
    mail = MailMessage.objects.create(
        kind="order_received",
        cause="test:1",
        recipient="ada@example.com",
        subject="Hello",
        html="<p>Hi</p>",
        text="Hi",
        due_at=now,
        created_at=now,
        message_id="<1@test>",
        state="sent",
    )
    job = JobRun.objects.create(
        id=ids.new_uuid(), task="none", arguments={}, enqueued_at=now, run_after=now, state="failed"
    )
    heard = PaymentEvent.objects.create(provider="sandbox", channel="webhook", outcome="refused", received_at=now)
    owner = get_user_model().objects.get(email="owner@staff.example")
    return {
        "order_id": order.pk,
        "document_id": document.pk,
        "batch_id": begin_batch([order.pk], actor=SYSTEM).pk,
        "refund_id": 1,
        "failure_id": 1,
        "payment_id": order.payments.get().pk,
        "event_id": heard.pk,
        "customer_id": order.customer_id,
        "product_id": product.pk,
        "variant_id": shop.mug.pk,
        "category_id": Category.add_root(name="Cups", slug="cups").pk,
        "type_id": define_type("mug", name="Mug", actor=SYSTEM).pk,
        "attribute_id": define_attribute("fit", name="Fit", actor=SYSTEM).pk,
        "edit_id": begin_bulk_edit("unpublish", {}, [product.pk], actor=SYSTEM).pk,
        "level_id": StockLevel.objects.get(variant=shop.mug).pk,
        "zone_id": shop.zone.pk,
        "location_id": shop.location.pk,
        "method_id": shop.zone.methods.order_by("pk").first().pk,
        "price_list_id": shop.market.price_list_id,
        "sale_id": schedule_sale(
            "Sale", shop.market.price_list_id, {shop.mug.pk: 900}, ends_at=now + timedelta(days=1), actor=SYSTEM
        ).pk,
        "group_id": create_group("Trade", actor=SYSTEM).pk,
        "rate_id": TaxRate.objects.values_list("pk", flat=True)[0],
        "delivery_id": Delivery.objects.create(event=event, handler="test", due_at=now, state="failed").pk
        if event
        else 0,
        "job_id": job.pk,
        "mail_id": mail.pk,
        "kind": "order_received",
        "code": "bank_transfer",
        "number": order.number,
        "pk": owner.pk,
        "product_pk": product.pk,
        "revision_id": product.latest_revision_id,
        "address_id": 1,
        "token": "x",
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "app_label": "operations",
        "model_name": "order",
        "action": "ship",
        "uidb64": "x",
        "reference": "x",
        "market": shop.market.code,
        "place": "header",
        "entry": write_menu(shop.market.pk, "header", [node("one", "heading", label="One")], actor=SYSTEM).items[0][
            "id"
        ],
        "font_id": 1,
    }


def address_of(route: Route, samples: dict[str, Any]) -> str | None:
    """An address that leads to the route; None where another route stands in front of it."""
    if route.key in TABLE["paths"]:
        return TABLE["paths"][route.key] or None
    values: dict[str, Any] = {}
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", route.pattern):
        fallback = {"int": 1, "uuid": ids.new_uuid()}.get(kind, "x")
        values[name] = samples.get(name, fallback)
        if name == "pk" and "product" in route.name:
            values[name] = samples["product_pk"]
    try:
        return reverse(route.name, kwargs=values)
    except NoReverseMatch:
        pytest.fail(f"routes.toml: give an address for {route.key} under [paths]")


def is_out(response: HttpResponse) -> bool:
    """Turned away: to a log-in, to the home with "no permission", or as if nothing were there."""
    if response.status_code in {301, 302}:
        target = response["Location"].partition("?")[0]
        return target in {"/admin/", "/admin/login/", "/account/login/"}
    return response.status_code in {401, 403, 404}


def browser_of(audience: str) -> Client:
    if audience == "anonymous":
        return Client()
    if audience != "customer":
        return client_of(audience)
    user = get_user_model().objects.create_user("buyer@example.com", "a long enough password")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def traces() -> tuple[int, int, int]:
    return AuditEntry.objects.count(), OutboxEvent.objects.count(), Address.objects.count()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nobody_gets_in_where_they_must_not(samples: dict[str, Any], audience: str) -> None:
    browser = browser_of(audience)
    before, wrong = traces(), []
    for route in all_routes():
        rule = rule_of(route)
        if rule is None or audience in rule.who or (address := address_of(route, samples)) is None:
            continue
        for method in {"GET", rule.method, "POST"}:
            response = browser.generic(method, address)
            if not is_out(response) and not (response.status_code == 405 and rule.method != method):
                wrong.append(f"{method} {address} ({route.key}): {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert traces() == before


@pytest.mark.parametrize("audience", ["customer", *ROLE_CODES])
def test_those_who_may_get_in_do(samples: dict[str, Any], audience: str) -> None:
    browser, wrong = browser_of(audience), []
    user = get_user_model().objects.get(pk=int(browser.session["_auth_user_id"]))
    for route in all_routes():
        rule = rule_of(route)
        if (
            rule is None
            or not rule.walks_all
            or audience not in rule.who
            or (address := address_of(route, samples)) is None
        ):
            continue
        if rule.method == "POST":
            right = resolve(address).func.right
            if not may(user, right):
                wrong.append(f"{route.key} asks for {right}")
            continue
        response = browser.get(address)
        if is_out(response) or response.status_code >= 400:
            wrong.append(f"{address} ({route.key}): {response.status_code}")
    assert not wrong, "\n".join(wrong)
