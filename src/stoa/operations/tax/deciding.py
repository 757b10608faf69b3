"""How one sale is taxed: the market's settings, the buyer and the day, brought together. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.operations.tax import queries
from stoa.operations.tax.models import TaxSettings, VatCheck
from stoa.operations.tax.reckoning import Levy
from stoa.operations.tax.regimes import EU, Buyer, Place, Treatment, place_of
from stoa.operations.tax.regions import region_code
from stoa.operations.tax.rules import tax_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """A VAT id that was typed, and what is known of it. ``check``: None where its register need not be asked."""

    vat_id: str
    check: VatCheck | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.check is not None and self.check.answer == VatCheck.Answer.VALID

    @property
    def is_open(self) -> bool:
        return self.check is not None and self.check.answer == VatCheck.Answer.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class TaxBuyer:
    """What tax depends on besides the country, as typed."""

    region: str = ""
    postal_code: str = ""
    vat: VatAnswer | None = None


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """``prices_include_tax`` is of the amounts that ``quote`` and ``money`` give, for this buyer."""

    place: Place
    settings: TaxSettings
    home: Place
    on: date
    prices_include_tax: bool
    lowers_prices: bool
    vat: VatAnswer | None
    needs_review: bool
    table: queries.Table

    def levies(self, tax_class_code: str) -> tuple[Levy, ...]:
        return queries.levies(self.place, tax_class_code, self.on, self.table)

    def quote(self, quote: Quote, tax_class_code: str) -> Quote:
        """The price for this buyer: less the tax of home where this buyer does not pay prices with tax."""
        if not self.lowers_prices:
            return quote
        return replace(
            quote,
            unit=self.money(quote.unit, tax_class_code),
            compare_at=self.money(quote.compare_at, tax_class_code) if quote.compare_at else None,
            lowest_30=self.money(quote.lowest_30, tax_class_code) if quote.lowest_30 else None,
            breaks=tuple((least, self.money(each, tax_class_code)) for least, each in quote.breaks),
        )

    def money(self, amount: Money, tax_class_code: str) -> Money:
        if not self.lowers_prices:
            return amount
        percent = percent_of(queries.levies(self.home, tax_class_code, self.on))
        return Money(amount.minor - tax_of(amount.minor, percent, is_included=True), amount.currency)

    def delivery_levies(self, tax_class_code: str, goods: Iterable[tuple[Levy, ...]]) -> tuple[Levy, ...]:
        own = self.levies(tax_class_code)
        if self.settings.delivery_tax != TaxSettings.DeliveryTax.HIGHEST:
            return own
        return max(goods, key=percent_of, default=own)

    @property
    def delivery_follows_goods(self) -> bool:
        return self.settings.delivery_tax == TaxSettings.DeliveryTax.PROPORTIONAL


def percent_of(levies: tuple[Levy, ...]) -> Decimal:
    return sum((levy.percent for levy in levies), Decimal(0))


def tax_terms(
    market: Market, country: str, buyer: TaxBuyer | None = None, *, customer_id: int | None = None
) -> TaxTerms:
    """How a sale to ``country`` is taxed today, in the market's own calendar."""
    buyer = buyer or TaxBuyer()
    on = clock.today(market.timezone)
    settings = queries.tax_settings(market)
    seller = queries.seller_of(market, settings)
    vat = buyer.vat
    facts = Buyer(
        country=country,
        region=region_code(country, buyer.region, buyer.postal_code),
        postal_code=buyer.postal_code,
        is_checked_business=vat is not None and vat.is_confirmed,
        is_exempt=queries.is_exempt(customer_id, on),
    )
    place = place_of(seller, facts)
    is_net = market.prices_include_tax and queries.sees_net_prices(customer_id)
    # While the register is silent, tax is charged: the shop owes it if the id turns out to be wrong.
    might_differ = vat is not None and vat.is_open and place.treatment in (
        Treatment.OSS, Treatment.ORIGIN, Treatment.REGISTERED,
    )  # fmt: skip
    return TaxTerms(
        place=place,
        settings=settings,
        home=Place(Treatment.DOMESTIC, market.default_country, settings.home_region, settings.home_postcode),
        on=on,
        prices_include_tax=market.prices_include_tax and not is_net,
        lowers_prices=market.prices_include_tax and (is_net or place.deducts),
        vat=vat,
        needs_review=place.is_unclear or (might_differ and country in EU),
        table=queries.table_of(place.country) if place.is_taxed else {},
    )
