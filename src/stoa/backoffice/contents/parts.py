"""What a bundle consists of: its parts, what is left of each, and a search for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.screen import Page
from stoa.catalogue.bundles import queries as bundles
from stoa.catalogue.bundles.actions import set_components
from stoa.catalogue.bundles.queries import Bundle
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.models import Product, Variant
from stoa.catalogue.products import queries as products
from stoa.catalogue.products.queries import VariantFacts
from stoa.inventory.stock import queries as stock
from stoa.inventory.stock.queries import Availability

RIGHT = "catalogue.change_variant"
SCREEN = "backoffice:product_parts"
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class PartRow:
    facts: VariantFacts
    quantity: int
    # None where nobody counts it.
    left: int | None
    is_scarcest: bool


@dataclass(frozen=True, slots=True)
class BundleView:
    """One variant of the product, as a bundle. ``can_make`` is None where no part is counted."""

    variant: VariantFacts
    parts: list[PartRow]
    can_make: int | None
    scarcest: VariantFacts | None
    prices: Bundle | None


class AddForm(forms.Form):
    component = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = forms.IntegerField(min_value=1, max_value=999, label=_("Quantity"))


class PartsScreen(Page):
    right = RIGHT
    template_name = "backoffice/contents/parts.html"
    header_icon = "folder-open-inverse"
    page_title = _("Parts of a bundle")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["product_id"])

    def get_page_subtitle(self) -> str:
        return str(self.product)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "bundles": _views(self.product),
            "words": words,
            "found": _found(words, self.product) if words else [],
            "is_other_kind": self.product.kind != Product.Kind.BUNDLE,
        }


def _views(product: Product) -> list[BundleView]:
    """In a fixed number of queries, however many variants and parts there are."""
    market = markets.default_market()
    variants = products.variants_of(product.pk)
    ids = [variant.id for variant in variants]
    contents, priced = bundles.contents(ids), bundles.bundles(ids, market)
    parts = {facts.id: facts for some in contents.values() for facts, _quantity in some}
    free = stock.availability([*ids, *parts], market.pk)
    return [_view(variant, contents.get(variant.id, []), free, priced.get(variant.id)) for variant in variants]


def _view(
    variant: VariantFacts,
    contents: list[tuple[VariantFacts, int]],
    free: dict[int, Availability],
    prices: Bundle | None,
) -> BundleView:
    own = free[variant.id]
    scarcest = next((facts for facts, _quantity in contents if facts.id == own.scarcest_id), None)
    rows = [
        PartRow(
            facts,
            quantity,
            free[facts.id].available if free[facts.id].is_tracked else None,
            facts.id == own.scarcest_id,
        )
        for facts, quantity in contents
    ]
    return BundleView(variant, rows, own.available if own.is_tracked else None, scarcest, prices)


def _found(words: str, product: Product) -> list[VariantFacts]:
    rows = Variant.objects.exclude(product__kind=Product.Kind.BUNDLE).exclude(product=product)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(sku__icontains=word) | Q(barcode=word) | Q(product__title__icontains=word) | Q(title__icontains=word)
        )
    ids = list(rows.order_by("product__title", "position", "id").values_list("pk", flat=True)[:MOST_FOUND])
    facts = products.variants_by_id(ids, with_pictures=False)
    return [facts[pk] for pk in ids if pk in facts]


@step(RIGHT, SCREEN)
def change(request: HttpRequest, product_id: int, variant_id: int) -> str:
    """The quantities of the parts that are there; 0 takes one out."""
    _check(product_id, variant_id)
    kept = []
    for part_id, quantity in bundles.components([variant_id]).get(variant_id, []):
        form = AddForm({"component": part_id, "quantity": request.POST.get(f"part-{part_id}", quantity)})
        if request.POST.get(f"part-{part_id}") == "0":
            continue
        kept.append((part_id, cleaned(form)["quantity"]))
    set_components(variant_id, kept, actor=actor_of(request))
    return _t("Saved.")


@step(RIGHT, SCREEN)
def add(request: HttpRequest, product_id: int, variant_id: int) -> str:
    _check(product_id, variant_id)
    wanted = cleaned(AddForm(request.POST))
    there = bundles.components([variant_id]).get(variant_id, [])
    set_components(variant_id, [*there, (wanted["component"], wanted["quantity"])], actor=actor_of(request))
    return _t("Added.")


def _check(product_id: int, variant_id: int) -> None:
    if not Variant.objects.filter(pk=variant_id, product_id=product_id).exists():
        raise Http404
