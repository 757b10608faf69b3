"""Settings > Checkout: which fields the checkout asks for, and what cannot be switched off."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.kernel.actors import SYSTEM
from stoa.operations.cart.models import Cart
from stoa.operations.checkout.asked.queries import set_rules
from stoa.operations.checkout.asked.rules import FieldRules
from stoa.operations.tax.actions import set_tax_settings
from stoa.operations.testing import make_shop

pytestmark = pytest.mark.django_db


def test_fields_are_set_and_shown_as_they_are() -> None:
    market = make_shop().market
    client, url = client_of("owner"), reverse("backoffice:checkout_fields")
    page = client.get(url)
    assert b"They cannot be switched off." in page.content
    assert page.context["form"].initial == dict.fromkeys(("phone", "line2", "note", "unsent_address"), "optional")
    sent = {"phone": "off", "line2": "required", "note": "optional", "unsent_address": "off"}
    assert client.post(url, sent).status_code == 302
    assert set_rules(market) == FieldRules(**sent)
    assert client.get(url).context["form"].initial == sent


def test_why_an_address_stays_is_said_and_nothing_is_changed() -> None:
    market = make_shop().market
    set_tax_settings(market.pk, actor=SYSTEM, asks_vat_id=True)
    sent = {"phone": "off", "line2": "off", "note": "off", "unsent_address": "off"}
    refused = client_of("owner").post(reverse("backoffice:checkout_fields"), sent)
    assert refused.status_code == 422
    assert b"an invoice to a business needs its address" in refused.content
    assert set_rules(market) == FieldRules()
    assert client_of("owner").post(reverse("backoffice:checkout_fields"), {**sent, "phone": "x"}).status_code == 422
    assert not Cart.objects.exists()


def test_who_may_not_change_the_shop_does_not_see_it() -> None:
    make_shop()
    assert client_of("support").get(reverse("backoffice:checkout_fields")).status_code in {302, 403}
    assert Client().get(reverse("backoffice:checkout_fields")).status_code == 302
