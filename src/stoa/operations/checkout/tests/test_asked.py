from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import IntegrityError, transaction

from stoa.kernel import phones
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.models import AuditEntry
from stoa.operations.checkout.asked.actions import set_checkout_fields, start_small
from stoa.operations.checkout.asked.errors import AddressNeededError, CheckoutFieldsError
from stoa.operations.checkout.asked.models import CheckoutFields
from stoa.operations.checkout.asked.queries import field_rules, set_rules
from stoa.operations.checkout.asked.rules import SMALLEST, FieldRules
from stoa.operations.checkout.errors import FieldErrors
from stoa.operations.orders.models import Order
from stoa.operations.tax.actions import set_tax_settings
from stoa.operations.testing import make_order

pytestmark = pytest.mark.django_db


def test_a_shop_that_was_there_before_asks_as_it_did(shop) -> None:
    assert field_rules(shop.market) == FieldRules("optional", "optional", "optional", "optional")


def test_a_new_shop_asks_for_the_least(shop) -> None:
    start_small(shop.market, actor=SYSTEM)
    assert field_rules(shop.market) == SMALLEST == FieldRules("off", "optional", "optional", "off")


def test_a_change_leaves_the_others_and_is_in_the_trail(shop) -> None:
    set_checkout_fields(shop.market, actor=SYSTEM, phone="required")
    set_checkout_fields(shop.market, actor=SYSTEM, note="off")
    assert field_rules(shop.market) == FieldRules(phone="required", note="off")
    entries = AuditEntry.objects.filter(verb="checkout_fields.changed").order_by("pk")
    assert [entry.facts for entry in entries] == [{"phone": "required"}, {"note": "off"}]


def test_only_three_words_are_settings(shop) -> None:
    with pytest.raises(CheckoutFieldsError) as caught:
        set_checkout_fields(shop.market, actor=SYSTEM, phone="sometimes")
    assert caught.value.facts["field"] == "phone"
    with pytest.raises(TypeError):
        set_checkout_fields(shop.market, actor=SYSTEM, email="off")
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckoutFields.objects.create(market=shop.market, phone="never")
    assert not CheckoutFields.objects.exists()


def test_an_invoice_to_a_business_needs_its_address(shop) -> None:
    set_checkout_fields(shop.market, actor=SYSTEM, unsent_address="off")
    set_tax_settings(shop.market.pk, actor=SYSTEM, asks_vat_id=True)
    assert set_rules(shop.market).unsent_address == "off"
    assert field_rules(shop.market).unsent_address == "optional"
    with pytest.raises(AddressNeededError):
        set_checkout_fields(shop.market, actor=SYSTEM, unsent_address="off", phone="off")
    assert set_rules(shop.market).phone == "optional"


def test_an_order_has_what_the_shop_asks_for_and_no_more(shop) -> None:
    assert make_order(shop, phone="030 123456").phone == "+4930123456"
    set_checkout_fields(shop.market, actor=SYSTEM, phone="off")
    assert make_order(shop, phone="030 123456").phone == ""
    set_checkout_fields(shop.market, actor=SYSTEM, phone="required")
    orders = Order.objects.count()
    with pytest.raises(FieldErrors) as caught:
        make_order(shop)
    assert caught.value.errors == {"phone": "Please fill this in."}
    assert Order.objects.count() == orders


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+4930123456", "+49 30 123456"),
        ("+12125550100", "+1 212-555-0100"),
        ("030 1", "030 1"),
        ("+49 30 1", "+49 30 1"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_one_writes_it_abroad(kept: str, shown: str) -> None:
    assert phones.shown(kept) == shown


def test_the_library_of_numbers_is_loaded_when_there_is_one() -> None:
    code = "import sys; from stoa.kernel import phones; phones.shown('030'); print('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "False\n"
