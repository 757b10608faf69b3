from __future__ import annotations

import pytest

from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.models import AuditEntry
from stoa.operations.payments.actions import configure_method, mark_received
from stoa.operations.payments.errors import BankDetailsError, UnknownProviderError
from stoa.operations.payments.models import PaymentMethod
from stoa.operations.payments.providers import registry
from stoa.operations.payments.providers.base import PaymentProvider
from stoa.operations.payments.queries import method_label, methods_of, payment_instructions, payment_methods
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, card_order
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db


def codes(shop: Shop, *, is_pickup: bool = False) -> list[str]:
    return [option.code for option in payment_methods(shop.market, "DE", is_pickup=is_pickup)]


def test_without_settings_all_are_offered_in_the_usual_order(shop: Shop) -> None:
    assert codes(shop) == ["bank_transfer", "cash_on_delivery", "sandbox"]


def test_the_merchant_decides_which_where_and_how_they_are_called(shop: Shop) -> None:
    configure_method(shop.market.pk, "bank_transfer", is_active=False, actor=SYSTEM)
    configure_method(shop.market.pk, "sandbox", label="Card", position=0, actor=SYSTEM)
    configure_method(shop.market.pk, "cash_on_delivery", position=1, actor=SYSTEM)
    assert codes(shop) == ["sandbox", "cash_on_delivery"]
    assert method_label(shop.market.pk, "sandbox") == "Card"
    assert method_label(shop.market.pk, "gone") == "gone"
    configure_method(shop.market.pk, "bank_transfer", is_active=True, actor=SYSTEM)
    assert PaymentMethod.objects.count() == 3
    assert AuditEntry.objects.filter(verb="payment_method.configured").count() == 4


def test_the_test_card_is_offered_only_where_it_is_switched_on(shop: Shop, settings) -> None:
    settings.STOA_SANDBOX_PAYMENTS = False
    assert codes(shop) == ["bank_transfer", "cash_on_delivery"]
    assert [code for code, _label, _row in methods_of(shop.market.pk)] == ["bank_transfer", "cash_on_delivery"]


def test_at_collection_nobody_pays_on_delivery(shop: Shop) -> None:
    labels = {option.code: option.label for option in payment_methods(shop.market, "DE", is_pickup=True)}
    assert labels["cash_on_delivery"] == "Pay on collection"


def test_wrong_settings_are_refused(shop: Shop) -> None:
    with pytest.raises(UnknownProviderError):
        configure_method(shop.market.pk, "nothing", actor=SYSTEM)
    with pytest.raises(BankDetailsError):
        configure_method(shop.market.pk, "bank_transfer", iban="DE00370400440532013000", actor=SYSTEM)
    assert not PaymentMethod.objects.exists()


def test_transfer_instructions_hold_what_is_needed_until_it_is_paid(shop: Shop) -> None:
    configure_method(
        shop.market.pk, "bank_transfer", actor=SYSTEM,
        account_holder="Test shop GmbH", iban="DE89370400440532013000", bic="cobadeff xxx",
    )  # fmt: skip
    order = make_order(shop)
    instructions = payment_instructions(order)
    assert instructions is not None
    assert instructions.rows == [
        ("Recipient", "Test shop GmbH"),
        ("IBAN", "DE89 3704 0044 0532 0130 00"),
        ("BIC", "COBADEFFXXX"),
        ("Reference", order.number),
    ]
    mark_received(order.pk, TWO_MUGS_MINOR, actor=SYSTEM)
    order.refresh_from_db()
    assert payment_instructions(order) is None


def test_cards_need_no_instructions(shop: Shop) -> None:
    order, _payment = card_order(shop)
    assert payment_instructions(order) is None
    on_delivery = payment_instructions(make_order(shop, payment_method="cash_on_delivery"))
    assert on_delivery is not None
    assert (on_delivery.title, on_delivery.rows) == ("Pay on delivery", [])


def test_every_provider_keeps_the_protocol() -> None:
    for code, provider in registry.installed().items():
        assert isinstance(provider, PaymentProvider)
        assert provider.code == code
        assert provider.label
        assert provider.description
    with pytest.raises(UnknownProviderError):
        registry.provider("nothing")
