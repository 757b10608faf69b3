"""What is wrong with an item of a feed, in words, and where it is mended."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, str | Promise] = {
    "service": _("Services cannot be advertised in shopping feeds"),
    "no_title": _("The product has no title"),
    "no_description": _("Neither a text nor a short description"),
    "short_description": _("The description says little"),
    "no_picture": _("No picture"),
    "no_price": _("The price is zero"),
    "no_backorder_date": _("Sold for later, but no day is given"),
    "long_link": _("The address is too long"),
    "shouting_title": _("The title is all capitals"),
    "gtin_shape": _("The barcode is no GTIN: it needs 8, 12, 13 or 14 digits"),
    "gtin_check_digit": _("The barcode's check digit is wrong"),
    "gtin_restricted": _("The barcode is one for use within a shop, or a coupon's"),
    "no_gtin": _("A brand, but no barcode: the network cannot match it"),
    "no_brand": _("No brand"),
    "no_google_category": _("The category has no name of Google's"),
}
# On the variants screen; the rest is on the product's own, but these.
_OF_VARIANTS = ("gtin_", "no_gtin", "no_price")


def words(code: str) -> str:
    return str(PROBLEMS.get(code, code.replace("_", " ")))


def mend_url(problem: Any) -> str:
    """The screen where the problem goes away."""
    if problem.code == "no_google_category":
        return reverse("backoffice:feed_categories")
    if problem.code == "no_backorder_date":
        return f"{reverse('backoffice:levels')}?q={problem.sku or ''}"
    if problem.code.startswith(_OF_VARIANTS):
        return reverse("backoffice:variants", args=[problem.product_id])
    return reverse("wagtailsnippets_catalogue_product:edit", args=[problem.product_id])
