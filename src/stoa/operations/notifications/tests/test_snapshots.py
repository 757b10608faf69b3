"""The text of each mail, word for word. STOA_UPDATE_SNAPSHOTS=1 writes them anew; then read the difference."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.operations.notifications.composing import compose
from stoa.operations.notifications.wording import ACCOUNT_KINDS, ORDER_KINDS
from stoa.operations.orders.models import Order
from stoa.operations.payments.actions import configure_method
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "snapshots"
FACTS = {
    "amount_minor": 500,
    "money_goes_back": True,
    "url": "http://testserver/account/key/",
    "subject": "A second factor was added",
    "text": "An authenticator app was added to your account.",
}


def compare(name: str, subject: str, text: str) -> None:
    made = re.sub(r"/order/(\d+)/[\w-]{32}/", r"/order/\1/KEY/", f"Subject: {subject}\n\n{text}")
    path = FOLDER / f"{name}.txt"
    if os.environ.get("STOA_UPDATE_SNAPSHOTS"):
        path.write_text(made)
    assert made == path.read_text()


@pytest.fixture
def order(shop: Shop) -> Order:
    with clock.at(datetime(2026, 3, 3, 12, tzinfo=UTC)):
        configure_method(
            shop.market.pk, "bank_transfer", actor=SYSTEM, account_holder="Test shop", iban="DE89370400440532013000"
        )
        made = make_order(shop, {"MUG": 2, "BOOK": 1})
    return Order.objects.select_related("market").get(pk=made.pk)


@pytest.mark.parametrize("kind", sorted(ORDER_KINDS))
def test_mails_about_orders(order: Order, kind: str) -> None:
    if kind == "order_paid":
        order.payment_status = "paid"
    made = compose(kind, FACTS, order=order)
    compare(kind, made.subject, made.text)


@pytest.mark.parametrize("kind", sorted(ACCOUNT_KINDS))
def test_mails_about_accounts(shop: Shop, kind: str) -> None:
    made = compose(kind, FACTS, order=None)
    compare(kind, made.subject, made.text)
