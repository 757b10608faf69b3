from __future__ import annotations

from typing import Any

import pytest

from stoa.marketing.audit import rules
from stoa.marketing.audit.reading import read
from stoa.marketing.audit.schema import faults

PAGE = """<!doctype html><html><head><title> A  good title </title>
<meta name="description" content="Long enough to say what the page is about, for people who look."><link rel="canonical" href="https://shop.example/x/">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"WebSite","name":"Shop","url":"https://shop.example/"}</script>
<script>var words = "not counted";</script></head><body><a href="/header/">no</a>
<main><h1>One</h1><p>two three <a href="/y/?a=1#b">four</a> <a href="https://else.example/">five</a> <a href="../z/">six</a></p>
<img src="/media/a.jpg" alt="" width="1" height="2"></main></body></html>"""
OFFER = {"@type": "Offer", "price": "12.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
PRODUCT = {
    "@context": "https://schema.org", "@type": "Product", "name": "Mug", "image": ["https://shop.example/a.jpg"], "offers": [OFFER],
}  # fmt: skip


def codes(kind: str, html: str, base: str = "https://shop.example", cdn: str = "") -> list[str]:
    return [each.code for each in rules.findings(kind, read(html), base, cdn)]


def test_a_page_is_read() -> None:
    seen = read(PAGE)
    assert (seen.title, seen.headings, seen.words) == ("A good title", 1, 6)
    assert seen.canonical == "https://shop.example/x/"
    assert rules.own_links("/x/", seen.links, "https://shop.example") == ["/y/", "/z/"]
    assert codes("category", PAGE) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<title> A  good title </title>", "", "no_title"),
        (" A  good title ", "x" * 71, "long_title"),
        ("Long enough", "Long " * 40, "long_description"),
        ("Long enough to say what the page is about, for people who look.", "Short", "short_description"),
        ('name="description"', 'name="other"', "no_description"),
        ("<h1>One</h1>", "", "no_heading"),
        ("<h1>One</h1>", "<h1>One</h1><h1>Two</h1>", "many_headings"),
        ("<head>", '<head><meta name="robots" content="noindex, follow">', "noindex"),
        ("https://shop.example/x/", "https://else.example/x/", "foreign_canonical"),
        (' alt=""', "", "no_alt"),
        (' width="1"', "", "no_size"),
        ("/media/a.jpg", "http://shop.example/media/a.jpg", "mixed_content"),
        ('{"@context"', '{"@context', "data_fault"),
        ('"name":"Shop",', "", "data_fault"),
    ],
)
def test_each_fault_is_found_and_nothing_else(old: str, new: str, code: str) -> None:
    assert old in PAGE
    assert codes("category", PAGE.replace(old, new, 1)) == [code]


def test_what_a_kind_of_page_needs() -> None:
    assert codes("product", PAGE) == ["thin", "no_data"]
    assert codes("home", PAGE) == ["no_data"]
    assert codes("category", PAGE, cdn="https://cdn.example") == ["not_on_cdn"]
    assert [each.code for each in rules.address_findings("http://localhost:8000")] == ["local_address"]
    assert [each.code for each in rules.address_findings("http://shop.example")] == ["insecure_address"]
    assert list(rules.address_findings("https://shop.example")) == []
    assert rules.digest(" A  B ") == rules.digest("a b") != ""
    assert rules.digest(" ") == ""


def test_right_data_has_no_faults() -> None:
    assert list(faults(PRODUCT)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": ""}, "Product.name: missing"),
        ({"offers": []}, "Product.offers: missing"),
        ({"image": []}, "Product.image: missing"),
        ({"image": ["/a.jpg"]}, "Product.image: not its form"),
        ({"gtin": "4006381333932"}, "Product.gtin: not its form"),
        ({"@context": ""}, "Product: no @context of schema.org"),
        ({"@type": None}, "data: no @type"),
        ({"offers": [{**OFFER, "price": "12,00"}]}, "Offer.price: not its form"),
        ({"offers": [{**OFFER, "price": ""}]}, "Offer.price: missing"),
        ({"offers": [{**OFFER, "priceCurrency": "€"}]}, "Offer.priceCurrency: not its form"),
        ({"offers": [{**OFFER, "availability": "yes"}]}, "Offer.availability: not its form"),
        ({"offers": [{**OFFER, "priceValidUntil": "soon"}]}, "Offer.priceValidUntil: not its form"),
    ],
)
def test_faults_of_a_product(changes: dict[str, Any], fault: str) -> None:
    assert list(faults({**PRODUCT, **changes})) == [fault]


def test_faults_of_other_types() -> None:
    context = {"@context": "https://schema.org"}
    row = {"@type": "ListItem", "position": 2, "name": "A", "item": "https://shop.example/"}
    assert list(faults({**context, "@type": "BreadcrumbList", "itemListElement": [row]})) == [
        "BreadcrumbList.itemListElement: positions do not count up from 1"
    ]
    assert list(faults({**context, "@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "How?"}]})) == [
        "Question.acceptedAnswer: missing"
    ]
    group = {
        **context, "@type": "ProductGroup", "name": "Mug", "productGroupID": "1", "variesBy": ["https://schema.org/size"],
        "hasVariant": [{"@type": "Product", "name": "S", "sku": "A", "offers": [OFFER]}] * 2,
    }  # fmt: skip
    assert list(faults(group)) == ["ProductGroup.hasVariant: the same sku twice"]
    policy = {
        **context, "@type": "MerchantReturnPolicy", "applicableCountry": "DE",
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
    }  # fmt: skip
    assert list(faults(policy)) == ["MerchantReturnPolicy.merchantReturnDays: missing"]
    assert list(faults([])) == []
    assert list(faults("x")) == ["data: no object"]
