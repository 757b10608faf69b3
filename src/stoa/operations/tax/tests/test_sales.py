"""Sales as they are taxed: through the real checkout, with a register that answers, refuses, dawdles or babbles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.outbound.client import Response
from stoa.kernel.outbound.errors import OutboundTimeoutError
from stoa.operations.checkout.actions import place_order
from stoa.operations.checkout.errors import FieldErrors
from stoa.operations.models import Order, TaxRate, VatCheck
from stoa.operations.orders.tax_review import resolve_tax_review, to_review
from stoa.operations.tax import vies
from stoa.operations.tax.actions import RateData, exempt_customer, load_rates, set_rate, set_tax_settings, write_rate
from stoa.operations.tax.errors import TaxRateInvalidError, TaxSettingsInvalidError
from stoa.operations.testing import BUYER, Shop, make_cart, make_shop

pytestmark = pytest.mark.django_db
FR = "FR40303265045"


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(countries=["DE", "FR", "GB", "CA"])
    set_tax_settings(shop.market.pk, actor=SYSTEM, asks_vat_id=True)
    return shop


class Register:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[dict[str, Any]] = []
        self.said: Any = {
            "countryCode": "FR",
            "vatNumber": FR[2:],
            "valid": True,
            "requestIdentifier": "WAPI1",
            "name": "A",
        }
        monkeypatch.setattr(vies, "request", self._answer)

    def _answer(self, method: str, url: str, **more: Any) -> Response:
        self.asked.append(json.loads(more["content"]))
        assert more["timeout"] <= 5
        if isinstance(self.said, Exception):
            raise self.said
        body = self.said if isinstance(self.said, bytes) else json.dumps(self.said).encode()
        return Response(200, {}, body)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    return Register(monkeypatch)


def buy(shop: Shop, goods: dict[str, int] | None = None, **wish: Any) -> Order:
    _, token = make_cart(shop, goods or {"MUG": 1})
    return place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST).order


def books_are_clean() -> bool:
    return not [finding for finding in verify().findings if finding.check.startswith("orders.tax")]


def test_a_checked_business_in_another_member_state_owes_the_tax_itself(shop: Shop, register: Register) -> None:
    order = buy(shop, country="FR", vat_id="fr 40 303 265 045")
    assert (order.tax_treatment, order.vat_id, order.tax_minor, order.tax_review) == ("reverse_charge", FR, 0, False)
    # 12.00 with 19 % is 10.08 without, and delivery 4.12.
    assert (order.goods_minor, order.delivery_minor, order.total_minor) == (1008, 412, 1420)
    check = VatCheck.objects.get()
    assert (order.vat_check_id, check.answer, check.consultation) == (check.pk, "valid", "WAPI1")
    buy(shop, country="FR", vat_id=FR)
    assert len(register.asked) == 1
    assert books_are_clean()
    Order.objects.filter(pk=order.pk).update(vat_check=None)
    assert not books_are_clean()


@pytest.mark.parametrize(
    "said",
    [
        OutboundTimeoutError(), b"<html>", [], {"valid": "yes"}, {"actionSucceed": False},
        {"countryCode": "FR", "vatNumber": FR[2:], "valid": False, "userError": "MS_UNAVAILABLE"},
        {"countryCode": "FR", "vatNumber": "00", "valid": True},
    ],
    ids=str,
)  # fmt: skip
def test_a_silent_register_loses_no_sale(shop: Shop, register: Register, said: Any) -> None:
    register.said = said
    order = buy(shop, country="FR", vat_id=FR)
    assert (order.tax_treatment, order.vat_id, order.tax_review) == ("oss", FR, True)
    assert order.tax_minor > 0
    assert order.vat_check is not None
    assert order.vat_check.answer == "unavailable"
    assert list(to_review()) == [order]
    # The next buyer does not wait for it.
    buy(shop, country="FR", vat_id="FR83404833048")
    assert len(register.asked) == 1
    assert resolve_tax_review(order.pk, actor=SYSTEM)
    assert not resolve_tax_review(order.pk, actor=SYSTEM)
    assert order not in to_review()
    assert books_are_clean()


@pytest.mark.parametrize(
    ("vat_id", "country"), [("DE136695976", "FR"), ("FR40303265046", "FR"), ("--", "FR"), ("x" * 30, "GB")]
)
def test_what_is_no_vat_id_of_the_country_is_said_and_not_asked_about(
    shop: Shop, register: Register, vat_id: str, country: str
) -> None:
    with pytest.raises(FieldErrors) as caught:
        buy(shop, country=country, vat_id=vat_id)
    assert list(caught.value.errors) == ["vat_id"]
    assert not register.asked
    assert not Order.objects.exists()


def test_an_id_that_the_register_does_not_know_is_refused(shop: Shop, register: Register) -> None:
    register.said = {"countryCode": "FR", "vatNumber": FR[2:], "valid": False}
    with pytest.raises(FieldErrors):
        buy(shop, country="FR", vat_id=FR)
    assert not Order.objects.exists()


def test_at_home_an_id_is_kept_and_changes_nothing(shop: Shop, register: Register) -> None:
    order = buy(shop, country="DE", vat_id="DE136695976")
    assert (order.tax_treatment, order.vat_id, order.vat_check_id) == ("domestic", "DE136695976", None)
    assert order.tax_minor > 0
    assert not register.asked


def test_a_shop_that_does_not_ask_takes_no_id(shop: Shop, register: Register) -> None:
    set_tax_settings(shop.market.pk, actor=SYSTEM, asks_vat_id=False)
    assert buy(shop, country="FR", vat_id=FR).vat_id == ""
    assert not register.asked


def test_two_taxes_of_a_province_stand_on_the_order_each(shop: Shop) -> None:
    load_rates()
    set_tax_settings(shop.market.pk, actor=SYSTEM, registrations=["CA", "CA-BC"])
    order = buy(shop, country="CA", region="British Columbia", postal_code="V6B 1A1")
    lines = {(line.label, line.jurisdiction): line.percent for line in order.tax_lines.all()}
    assert lines == {("GST", "CA"): Decimal(5), ("PST", "CA-BC"): Decimal(7)}
    assert sum(line.gross_minor - line.shared_net_minor for line in order.tax_lines.all()) == order.total_minor
    assert buy(shop, country="CA", region="ON").tax_lines.get().label == "HST"
    # Not registered in Quebec: the federal tax alone.
    assert buy(shop, country="CA", region="QC").tax_lines.get().label == "GST"
    assert buy(shop, country="CA", region="Bavaria").tax_review
    assert books_are_clean()


def test_an_exempt_customer_pays_no_tax_until_the_certificate_ends(shop: Shop) -> None:
    first = buy(shop)
    assert first.customer is not None
    exempt_customer(first.customer.pk, "ST-5 4711", actor=SYSTEM, valid_until=date(2026, 6, 30))
    totals = []
    for day in (datetime(2026, 6, 30, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)):
        with clock.at(day):
            cart, _ = make_cart(shop, {"MUG": 1}, customer_id=first.customer.pk)
            wish = replace(BUYER, cart_id=cart.pk)
            order = place_order(wish, market=shop.market, actor=GUEST, user_customer=first.customer).order
        totals.append((order.tax_treatment, order.tax_minor))
    assert totals == [("exempt", 0), ("domestic", 270)]


def test_a_rate_changes_at_midnight_in_the_shops_zone_also_in_the_night_of_summer_time(shop: Shop) -> None:
    # In the night to Sunday, 29 March 2026, clocks in Berlin go forward; its midnight is 23:00 UTC.
    set_rate("DE", "standard", Decimal(21), date(2026, 3, 29), actor=SYSTEM)
    percents = []
    for moment in ((28, 22, 59), (28, 23, 0)):
        day, hour, minute = moment
        with clock.at(datetime(2026, 3, day, hour, minute, tzinfo=UTC)):
            percents.append(buy(shop).lines.get().tax_percent)
    assert percents == [19, 21]


def test_the_narrowest_row_holds(shop: Shop) -> None:
    set_tax_settings(shop.market.pk, actor=SYSTEM, registrations=["GB"])
    write_rate(RateData("GB", "standard", Decimal(3), date(2020, 1, 1), postcode="JE*"), actor=SYSTEM)
    assert buy(shop, country="GB", postal_code="JE2 3AB").lines.get().tax_percent == 3
    assert buy(shop, country="GB", postal_code="SW1A 1AA").lines.get().tax_percent == 20


@pytest.mark.parametrize("field", [{"postcode": "9...1"}, {"region": "x y"}, {"level": "region"}, {"label": "x" * 41}])
def test_rows_that_mean_nothing_are_refused(shop: Shop, field: dict[str, str]) -> None:
    before = TaxRate.objects.count()
    with pytest.raises(TaxRateInvalidError):
        write_rate(RateData("US", "standard", Decimal(3), date(2020, 1, 1), **field), actor=SYSTEM)
    assert TaxRate.objects.count() == before


@pytest.mark.parametrize("change", [{"registrations": ["US"]}, {"registrations": ["gb"]}, {"rounding": "up"}])
def test_settings_that_mean_nothing_are_refused(shop: Shop, change: dict[str, Any]) -> None:
    with pytest.raises(TaxSettingsInvalidError):
        set_tax_settings(shop.market.pk, actor=SYSTEM, **change)
