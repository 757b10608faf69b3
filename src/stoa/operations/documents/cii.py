"""An invoice or credit note as EN 16931 wants it: the UN/CEFACT Cross Industry Invoice. From plain values, no database.

Term numbers in comments (BT-…, BG-…) are those of EN 16931-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from stoa.kernel.money import exponent

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
GUIDELINE = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"
CREDIT_TRANSFER, UNSPECIFIED = "58", "1"
# Units without a measure of their own (UN/ECE recommendation 20: "one").
PIECE = "C62"
DELIVERY_CHARGE = "DL"

for _prefix, _uri in (("rsm", RSM), ("ram", RAM), ("udt", UDT), ("qdt", QDT)):
    register_namespace(_prefix, _uri)


def xml(facts: Mapping[str, Any]) -> str:
    """The invoice as XML text. ``facts`` as ``snapshot.electronic`` makes them; equal facts give equal text."""
    root = Element(f"{{{RSM}}}CrossIndustryInvoice")
    context = SubElement(root, f"{{{RSM}}}ExchangedDocumentContext")
    _add(_add(context, "GuidelineSpecifiedDocumentContextParameter"), "ID", GUIDELINE)
    _document(root, facts)
    deal = SubElement(root, f"{{{RSM}}}SupplyChainTradeTransaction")
    for position, line in enumerate(facts["lines"], start=1):
        _line(deal, position, line, facts)
    _agreement(deal, facts)
    _delivery(deal, facts)
    _settlement(deal, facts)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _document(root: Element, facts: Mapping[str, Any]) -> None:
    document = SubElement(root, f"{{{RSM}}}ExchangedDocument")
    _add(document, "ID", facts["number"])
    _add(document, "TypeCode", facts["type"])
    _day(_add(document, "IssueDateTime"), facts["issued"])
    for note in facts["notes"]:
        _add(_add(document, "IncludedNote"), "Content", note)


def _line(deal: Element, position: int, line: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    item = _add(deal, "IncludedSupplyChainTradeLineItem")
    _add(_add(item, "AssociatedDocumentLineDocument"), "LineID", str(position))
    product = _add(item, "SpecifiedTradeProduct")
    if line["sku"]:
        _add(product, "SellerAssignedID", line["sku"])
    _add(product, "Name", line["name"])
    price = _add(_add(item, "SpecifiedLineTradeAgreement"), "NetPriceProductTradePrice")
    _add(price, "ChargeAmount", _unit_price(line["net"], line["quantity"], facts["currency"]))
    _add(_add(item, "SpecifiedLineTradeDelivery"), "BilledQuantity", str(line["quantity"]), unitCode=PIECE)
    settlement = _add(item, "SpecifiedLineTradeSettlement")
    _tax_kind(_add(settlement, "ApplicableTradeTax"), line)
    sums = _add(settlement, "SpecifiedTradeSettlementLineMonetarySummation")
    _add(sums, "LineTotalAmount", _amount(line["net"], facts["currency"]))


def _agreement(deal: Element, facts: Mapping[str, Any]) -> None:
    agreement = _add(deal, "ApplicableHeaderTradeAgreement")
    seller, buyer = facts["seller"], facts["buyer"]
    party = _add(agreement, "SellerTradeParty")
    _add(party, "Name", seller["name"])
    _address(party, seller)
    if seller["email"]:
        # BT-34, the seller's electronic address.
        _add(_add(party, "URIUniversalCommunication"), "URIID", seller["email"], schemeID="EM")
    if seller["vat_id"]:
        _add(_add(party, "SpecifiedTaxRegistration"), "ID", seller["vat_id"], schemeID="VA")
    if seller["tax_number"]:
        _add(_add(party, "SpecifiedTaxRegistration"), "ID", seller["tax_number"], schemeID="FC")
    party = _add(agreement, "BuyerTradeParty")
    _add(party, "Name", buyer["name"])
    _address(party, buyer)
    if buyer["email"]:
        _add(_add(party, "URIUniversalCommunication"), "URIID", buyer["email"], schemeID="EM")
    if buyer["vat_id"]:
        _add(_add(party, "SpecifiedTaxRegistration"), "ID", buyer["vat_id"], schemeID="VA")
    _add(_add(agreement, "SellerOrderReferencedDocument"), "IssuerAssignedID", facts["order"])


def _delivery(deal: Element, facts: Mapping[str, Any]) -> None:
    delivery = _add(deal, "ApplicableHeaderTradeDelivery")
    if facts["is_delivered"]:
        party = _add(delivery, "ShipToTradeParty")
        _add(party, "Name", facts["buyer"]["name"])
        _address(party, facts["buyer"])
    _day(_add(_add(delivery, "ActualDeliverySupplyChainEvent"), "OccurrenceDateTime"), facts["supplied"])


def _settlement(deal: Element, facts: Mapping[str, Any]) -> None:
    currency = facts["currency"]
    settlement = _add(deal, "ApplicableHeaderTradeSettlement")
    _add(settlement, "PaymentReference", facts["number"])
    _add(settlement, "InvoiceCurrencyCode", currency)
    means = _add(settlement, "SpecifiedTradeSettlementPaymentMeans")
    _add(means, "TypeCode", CREDIT_TRANSFER if facts["iban"] else UNSPECIFIED)
    if facts["iban"]:
        _add(_add(means, "PayeePartyCreditorFinancialAccount"), "IBANID", facts["iban"])
    for rate in facts["rates"]:
        tax = _add(settlement, "ApplicableTradeTax")
        _add(tax, "CalculatedAmount", _amount(rate["tax"], currency))
        _add(tax, "TypeCode", "VAT")
        if rate["reason"]:
            _add(tax, "ExemptionReason", rate["reason"])
        _add(tax, "BasisAmount", _amount(rate["net"], currency))
        _add(tax, "CategoryCode", rate["category"])
        _add(tax, "RateApplicablePercent", rate["percent"])
    if facts["charge"]:
        charge = _add(settlement, "SpecifiedTradeAllowanceCharge")
        SubElement(_add(charge, "ChargeIndicator"), f"{{{UDT}}}Indicator").text = "true"
        _add(charge, "ActualAmount", _amount(facts["charge"]["net"], currency))
        _add(charge, "ReasonCode", DELIVERY_CHARGE)
        _add(charge, "Reason", facts["charge"]["name"])
        _tax_kind(_add(charge, "CategoryTradeTax"), facts["charge"])
    terms = _add(settlement, "SpecifiedTradePaymentTerms")
    _add(terms, "Description", facts["terms"])
    if facts["due"]:
        _day(_add(terms, "DueDateDateTime"), facts["due"])
    _sums(settlement, facts)
    if facts["corrects"]:
        corrected = _add(settlement, "InvoiceReferencedDocument")
        _add(corrected, "IssuerAssignedID", facts["corrects"]["number"])
        _day(_add(corrected, "FormattedIssueDateTime"), facts["corrects"]["issued"], space=QDT)


def _sums(settlement: Element, facts: Mapping[str, Any]) -> None:
    currency, charge = facts["currency"], facts["charge"]["net"] if facts["charge"] else 0
    sums = _add(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    _add(sums, "LineTotalAmount", _amount(facts["net"] - charge, currency))
    if charge:
        _add(sums, "ChargeTotalAmount", _amount(charge, currency))
    _add(sums, "TaxBasisTotalAmount", _amount(facts["net"], currency))
    _add(sums, "TaxTotalAmount", _amount(facts["tax"], currency), currencyID=currency)
    _add(sums, "GrandTotalAmount", _amount(facts["total"], currency))
    if facts["paid"]:
        _add(sums, "TotalPrepaidAmount", _amount(facts["paid"], currency))
    _add(sums, "DuePayableAmount", _amount(facts["total"] - facts["paid"], currency))


def _tax_kind(tax: Element, line: Mapping[str, Any]) -> None:
    _add(tax, "TypeCode", "VAT")
    _add(tax, "CategoryCode", line["category"])
    _add(tax, "RateApplicablePercent", line["percent"])


def _address(party: Element, who: Mapping[str, Any]) -> None:
    address = _add(party, "PostalTradeAddress")
    for name in ("PostcodeCode", "LineOne", "LineTwo", "LineThree", "CityName"):
        if value := who["address"].get(name):
            _add(address, name, value)
    _add(address, "CountryID", who["country"])


def _amount(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-exponent(currency))}"


def _unit_price(net: int, quantity: int, currency: str) -> str:
    """The net price of one (BT-146): as exact as six decimals are. The line's net (BT-131) is what counts."""
    price = Decimal(net).scaleb(-exponent(currency)) / quantity
    return f"{round(price, 6).normalize():f}"


def _day(parent: Element, day: str, space: str = UDT) -> None:
    """``day`` is ISO: 2026-11-23."""
    SubElement(parent, f"{{{space}}}DateTimeString", {"format": "102"}).text = day.replace("-", "")


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    element = SubElement(parent, f"{{{RAM}}}{name}", attributes)
    element.text = None if text is None else "".join(c for c in text if c in "\t\n" or ord(c) >= 32)
    return element
