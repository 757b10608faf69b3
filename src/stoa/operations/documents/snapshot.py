"""All that a document says, taken from its order once: texts written out in its language, and the figures behind them.

Nothing is looked up again later: how the shop is called, how a currency is written, what a text says are all in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from stoa.kernel.money import Money, exponent
from stoa.operations.documents import cii, rules
from stoa.operations.documents.figures import Figures, LineFigures
from stoa.operations.documents.wording import language_of, words
from stoa.operations.payments import queries as payments

if TYPE_CHECKING:
    from decimal import Decimal

    from stoa.operations.documents.models import Document, DocumentSettings
    from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent


@dataclass(frozen=True, slots=True)
class Source:
    """What a document is made from. ``number`` is blank for drafts; ``corrects`` and ``reason`` are of credit notes."""

    kind: str
    order: Order
    lines: list[OrderLine]
    parts: dict[int, list[OrderLineComponent]]
    figures: Figures
    settings: DocumentSettings
    number: str
    at: datetime
    corrects: Document | None = None
    reason: str = ""
    # Whether a credit note takes back all of its invoice, so that it repeats the invoice's own lines.
    is_whole: bool = True
    money_goes_back: bool = True


def take(source: Source) -> dict[str, Any]:
    """The snapshot: JSON values alone."""
    return _Maker(source).made()


class _Maker:
    def __init__(self, source: Source) -> None:
        self.source, self.order, self.settings = source, source.order, source.settings
        self.market, self.figures = source.order.market, source.figures
        wished = source.settings.language or source.order.language
        self.language = language_of(wished)
        self.locale = Locale.parse(_locale_name(wished, self.language))
        self.words = words(self.language)
        self.zone = ZoneInfo(self.market.timezone)
        self.issued = source.at.astimezone(self.zone).date()
        self.is_slip = source.kind == "packing_slip"
        self.is_credit = source.kind == "credit_note"
        self.treatment = getattr(self.order, "tax_treatment", "domestic") or "domestic"
        self.buyer_vat_id = getattr(self.order, "vat_id", "") or ""
        self.is_paid = self.order.payment_status != "unpaid"
        self.bank = self._bank()

    def made(self) -> dict[str, Any]:
        data = {
            "kind": self.source.kind,
            "title": f"{self.words[self.source.kind]} {self.source.number or self.order.number}",
            "heading": self.words[self.source.kind],
            "number": self.source.number,
            "language": self.language,
            "moment": self.source.at.astimezone(ZoneInfo("UTC")).replace(microsecond=0).isoformat(),
            "paper": rules.paper(self.settings.paper, self.order.country),
            "words": {name: text for name, text in self.words.items() if isinstance(text, str)},
            "seller": self._seller(),
            "buyer": {"name": self.order.name, "lines": self._address(), "country": self.order.country},
            "facts": self._facts(),
            "intro": self._intro(),
            "lines": self._lines(),
            "sums": [] if self.is_slip else self._sums(),
            "taxes": [] if self.is_slip else self._taxes(),
            "notes": self._notes(),
            "footer": self.settings.footer,
            "figures": self._raw(),
        }
        data["xml"] = cii.xml(self._electronic()) if self._has_xml() else ""
        return data

    # -- what a person reads -----------------------------------------------------------------------------------------

    def _seller(self) -> dict[str, Any]:
        market = self.market
        ids = []
        if market.vat_id:
            ids.append(f"{self.words['vat_id']}: {market.vat_id}")
        if self.settings.tax_number:
            ids.append(f"{self.words['tax_number']}: {self.settings.tax_number}")
        if self.bank:
            ids += [f"IBAN: {self.bank[0]}", *([f"BIC: {self.bank[1]}"] if self.bank[1] else [])]
        name = market.legal_name or market.shop_name
        lines = [name, *_lines_of(market.address), market.email, *([market.phone] if market.phone else [])]
        return {"shop": market.shop_name, "name": name, "lines": lines, "ids": ids}

    def _address(self) -> list[str]:
        order = self.order
        town = " ".join(part for part in (order.postal_code, order.city) if part)
        country = self.locale.territories.get(order.country, order.country)
        lines = [order.name, order.line1, order.line2, town, order.region, country]
        if self.buyer_vat_id and not self.is_slip:
            lines.append(f"{self.words['vat_id']}: {self.buyer_vat_id}")
        return [line.strip() for line in lines if line and line.strip()] or [order.email]

    def _facts(self) -> list[dict[str, str]]:
        rows = [("number", self.source.number)] if self.source.number else []
        rows += [("date", self._day(self.issued)), ("order", self.order.number)]
        if self.source.kind == "invoice":
            rows.append(("supply_date", self._day(self._supplied())))
            if not self.is_paid:
                rows.append(("due", self._day(self._due())))
        return [{"label": self.words[label], "value": value} for label, value in rows]

    def _intro(self) -> list[str]:
        found = []
        if self.source.corrects is not None:
            day = self._day(self.source.corrects.issued_at.astimezone(self.zone).date())
            found.append(self.words["of_invoice"].format(number=self.source.corrects.number, date=day))
        if self.source.reason:
            found.append(f"{self.words['reason']}: {self.source.reason}")
        if self.is_slip and self.order.customer_note:
            found.append(f"{self.words['note']}: {self.order.customer_note}")
        return found

    def _lines(self) -> list[dict[str, Any]]:
        if self.is_credit and not self.source.is_whole:
            title = self.words["refund_of"].format(order=self.order.number)
            return [self._line(figures, title) for figures in self.figures.lines]
        return [
            self._line(figures, line.title, line)
            for figures, line in zip(self.figures.lines, self.source.lines, strict=True)
        ]

    def _line(self, figures: LineFigures, title: str, line: OrderLine | None = None) -> dict[str, Any]:
        discount = getattr(line, "discount_minor", 0) if line is not None else 0
        parts = self.source.parts.get(line.pk, []) if line is not None else []
        return {
            "title": title,
            "sku": line.sku if line is not None else "",
            "options": ", ".join(str(value) for value in line.option_values) if line is not None else "",
            "parts": [f"{part.quantity} × {part.title}" for part in parts],
            "quantity": str(figures.quantity),
            "unit": self._money(line.unit_minor if line is not None else figures.total_minor),
            "discount": self._money(-discount) if discount else "",
            "percent": f"{_percent(figures.percent)} %",
            "total": self._money(figures.total_minor),
        }

    def _sums(self) -> list[dict[str, Any]]:
        order, rows = self.order, []
        if self.source.is_whole:
            rows.append((self.words["goods"], order.goods_minor, False))
            if order.delivery_minor or order.needs_delivery:
                name = (
                    f"{self.words['delivery']}: {order.delivery_name}"
                    if order.delivery_name
                    else self.words["delivery"]
                )
                rows.append((name, order.delivery_minor, False))
        if not order.prices_include_tax:
            if not self.source.is_whole:
                rows.append((self.words["net"], self.figures.net_minor, False))
            rows += [(self._rate_name(rate), rate.tax_minor, False) for rate in self.figures.rates if rate.tax_minor]
        rows.append((self.words["total"], self.figures.total_minor, True))
        if self.source.kind == "invoice" and self.is_paid:
            if self._by_card():
                rows.append((self.words["by_gift_card"], self._by_card(), False))
            if rest := self.figures.total_minor - self._by_card():
                rows.append((self.words["already_paid"], rest, False))
            rows.append((self.words["to_pay"], 0, True))
        elif self._by_card():
            rows.append((self.words["by_gift_card"], self._by_card(), False))
            rows.append((self.words["to_pay"], self.figures.total_minor - self._by_card(), True))
        return [{"label": label, "value": self._money(minor), "strong": strong} for label, minor, strong in rows]

    def _taxes(self) -> list[dict[str, str]]:
        return [
            {
                "label": self._rate_name(rate),
                "net": self._money(rate.net_minor),
                "tax": self._money(rate.tax_minor),
                "gross": self._money(rate.gross_minor),
            }
            for rate in self.figures.rates
        ]

    def _rate_name(self, rate: rules.Rate) -> str:
        if rate.label:
            return f"{rate.label} {_percent(rate.percent)} %"
        return str(self.words["tax_at"].format(percent=_percent(rate.percent)))

    def _notes(self) -> list[str]:
        if self.is_slip:
            return []
        found = [self.words["included" if self.order.prices_include_tax else "added"]] if self.figures.tax_minor else []
        found += self._legal()
        if self.source.kind == "proforma":
            found.append(self.words["not_an_invoice"])
        elif self.is_credit:
            amount = self._money(self.figures.total_minor)
            goes_back = self.source.money_goes_back
            found.append(self.words["given_back"].format(amount=amount) if goes_back else self.words["called_off"])
        else:
            found.append(self._terms())
        return found

    def _by_card(self) -> int:
        """What gift cards have paid of an invoice, in minor units: a payment, not a discount."""
        if self.source.kind not in ("invoice", "proforma"):
            return 0
        return int(self.order.credit_minor - self.order.credit_returned_minor)

    def _legal(self) -> list[str]:
        """What the law asks to be said about the kind of taxation."""
        found = [reason for reason in dict.fromkeys(self._reason(rate) for rate in self.figures.rates) if reason]
        if self.treatment == "oss":
            found.append(self.words["treatment"]["oss"])
        return found

    def _terms(self) -> str:
        if self.is_paid:
            paid_at = self.order.paid_at or self.source.at
            return str(self.words["paid_on"].format(date=self._day(paid_at.astimezone(self.zone).date())))
        return str(
            self.words["pay_until"].format(
                amount=self._money(self.figures.total_minor - self._by_card()),
                date=self._day(self._due()),
                reference=self.order.number,
            )
        )

    # -- what a machine reads ----------------------------------------------------------------------------------------

    def _raw(self) -> dict[str, Any]:
        figures = self.figures
        return {
            "currency": self.order.currency,
            "net_minor": figures.net_minor,
            "tax_minor": figures.tax_minor,
            "total_minor": figures.total_minor,
            "lines": [
                {"net_minor": line.net_minor, "total_minor": line.total_minor, "percent": str(line.percent)}
                for line in figures.lines
            ],
            "rates": [
                {"percent": str(rate.percent), "net_minor": rate.net_minor, "tax_minor": rate.tax_minor, "label": rate.label}
                for rate in figures.rates
            ],
        }  # fmt: skip

    def _has_xml(self) -> bool:
        if self.source.kind not in ("invoice", "credit_note") or not self.settings.has_xml:
            return False
        categories = {self._category(rate.percent) for rate in self.figures.rates}
        # Who owes the tax must be named, and by which number.
        is_named = bool(self.buyer_vat_id and self.market.vat_id) or not categories & {"AE", "K"}
        return is_named and rules.has_xml(
            exponent(self.order.currency), self.market.default_country, rates_cover_goods=self.figures.is_covered
        )

    def _electronic(self) -> dict[str, Any]:
        order, market, figures = self.order, self.market, self.figures
        is_whole = self.source.is_whole
        names = [line["title"] for line in self._lines()]
        charge = figures.delivery_net_minor if is_whole else 0
        corrects = self.source.corrects
        is_delivered = order.needs_delivery and not order.delivery_is_pickup and bool(order.country)
        return {
            "number": self.source.number,
            "type": cii.CREDIT_NOTE if self.is_credit else cii.INVOICE,
            "issued": self.issued.isoformat(),
            "supplied": self._supplied().isoformat(),
            "order": order.number,
            "currency": order.currency,
            "notes": [note for note in (*self._intro(), *self._legal()) if note],
            "seller": {
                "name": market.legal_name or market.shop_name, "country": market.default_country, "email": market.email,
                "vat_id": market.vat_id.replace(" ", ""), "tax_number": self.settings.tax_number,
                "address": _structured(market.address),
            },
            "buyer": {
                "name": order.name or order.email, "country": order.country or market.default_country,
                "email": order.email, "vat_id": self.buyer_vat_id.replace(" ", ""),
                "address": {
                    "PostcodeCode": order.postal_code, "LineOne": order.line1, "LineTwo": order.line2,
                    "CityName": order.city,
                },
            },
            "is_delivered": is_delivered,
            "lines": [
                {
                    "name": name, "sku": line.sku if line else "", "net": own.net_minor, "quantity": own.quantity,
                    "percent": _percent(own.percent), "category": self._category(own.percent),
                }
                for name, own, line in zip(
                    names, figures.lines, self.source.lines if is_whole else [None] * len(names), strict=True
                )
            ],
            "charge": {
                "net": charge, "name": order.delivery_name or self.words["delivery"],
                "percent": _percent(figures.delivery_percent), "category": self._category(figures.delivery_percent),
            } if charge else None,
            "rates": [
                {
                    "percent": _percent(rate.percent), "net": rate.net_minor, "tax": rate.tax_minor,
                    "category": self._category(rate.percent), "reason": self._reason(rate),
                }
                for rate in figures.rates
            ],
            "net": figures.net_minor, "tax": figures.tax_minor, "total": figures.total_minor,
            "paid": figures.total_minor if self.is_paid and not self.is_credit else self._by_card(),
            "iban": self.bank[0].replace(" ", "") if self.bank else "",
            "terms": self._notes()[-1],
            "due": "" if self.is_paid or self.is_credit else self._due().isoformat(),
            "corrects": {
                "number": corrects.number, "issued": corrects.issued_at.astimezone(self.zone).date().isoformat()
            } if corrects is not None else None,
        }  # fmt: skip

    def _category(self, percent: Decimal) -> str:
        is_sent = self.order.needs_delivery and not self.order.delivery_is_pickup
        return rules.category(
            self.treatment, percent, is_small_business=self.settings.is_small_business,
            goods_leave_for=self.order.country if is_sent else "", home=self.market.default_country,
        )  # fmt: skip

    def _reason(self, rate: rules.Rate) -> str:
        """Why nothing is charged at a rate; blank where tax is charged, or the rate is simply zero."""
        notes = self.words["treatment"]
        exempt = self.words["small_business"] if self.settings.is_small_business else notes["exempt"]
        reasons = {"E": exempt, "AE": notes["reverse_charge"], "K": notes["intra_community"], "G": notes["export"]}
        return str(reasons.get(self._category(rate.percent), ""))

    # -- small things ------------------------------------------------------------------------------------------------

    def _supplied(self) -> date:
        shipped = self.order.shipped_at
        return shipped.astimezone(self.zone).date() if shipped is not None else self.issued

    def _due(self) -> date:
        return self.issued + timedelta(days=self.settings.due_days)

    def _bank(self) -> tuple[str, str] | None:
        for code, _label, row in payments.methods_of(self.market.pk):
            if code == "bank_transfer" and row is not None and row.iban:
                return row.iban, row.bic
        return None

    def _day(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def _money(self, minor: int) -> str:
        return Money(minor, self.order.currency).format(str(self.locale))


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f}"


def _locale_name(wished: str, language: str) -> str:
    """A regional form of a language that documents speak (``de-AT``) keeps its way of writing numbers."""
    name = wished.replace("-", "_")
    try:
        found = str(Locale.parse(name))
    except (ValueError, UnknownLocaleError):
        return language
    return found if found.partition("_")[0] == language else language


def _lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _structured(address: str) -> dict[str, str]:
    """A free address as the three lines that the standard has for it."""
    lines = _lines_of(address)
    found = dict(zip(("LineOne", "LineTwo"), lines, strict=False))
    if len(lines) > 2:
        found["LineThree"] = ", ".join(lines[2:])
    return found
