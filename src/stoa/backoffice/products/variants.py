"""The screen "Variants and prices" of one product: a grid. All rows are saved together or not at all."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton

from stoa.backoffice.guard import actor_of, require, step
from stoa.backoffice.products.grid import Grid, grid_of
from stoa.backoffice.products.variant_forms import FillForm, StockReasonForm, VariantForm, initial_of
from stoa.backoffice.screen import Page, add_refusal
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Market, Price, Product, ProductOption, Variant
from stoa.catalogue.products import actions as products
from stoa.catalogue.products.saving import (
    ChangedMeanwhileError,
    RowsRefusedError,
    VariantEdit,
    fill_up,
    fingerprint,
    save_variants,
    sku_by,
)
from stoa.inventory.models import Location, StockLevel
from stoa.inventory.stock import actions as stock
from stoa.kernel.errors import DomainError

SCREEN = "backoffice:variants"
FILLED = ("price_minor", "compare_at_minor", "cost_minor", "sku", "barcode", "weight_grams", "is_active")


class StockMovedError(DomainError):
    code = "stock_moved"
    default_message = _("Stock has moved since you opened the page: please look at the number and count again.")


class VariantsScreen(Page):
    right = "catalogue.view_product"
    template_name = "backoffice/products/variants.html"
    header_icon = "list-ul"
    page_title = _("Variants and prices")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.forms: list[VariantForm] | None = None
        self.ticked: set[str] = set(request.POST.getlist("pick"))

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product.objects.select_related("type"), pk=self.kwargs["product_id"])

    @cached_property
    def market(self) -> Market:
        return default_market()

    @cached_property
    def product_options(self) -> list[ProductOption]:
        return list(ProductOption.objects.filter(product=self.product).order_by("position", "id"))

    @cached_property
    def grid(self) -> Grid:
        return grid_of(self.product, self.product_options, self.request.GET.dict())

    @cached_property
    def variants(self) -> list[Variant]:
        return list(self.grid.page)

    @cached_property
    def prices(self) -> dict[int, tuple[int, int | None]]:
        rows = Price.objects.filter(variant__in=[row.pk for row in self.variants], price_list=self.market.price_list_id)
        return {
            variant: (amount, above)
            for variant, amount, above in rows.values_list("variant_id", "amount_minor", "compare_at_minor")
        }

    @cached_property
    def locations(self) -> list[Location]:
        return (
            list(Location.objects.filter(is_active=True).order_by("pk"))
            if self.may("inventory.view_stocklevel")
            else []
        )

    @cached_property
    def levels(self) -> dict[int, dict[int, StockLevel]]:
        found: dict[int, dict[int, StockLevel]] = {}
        if self.locations:
            for level in StockLevel.objects.filter(variant__in=[row.pk for row in self.variants]):
                found.setdefault(level.variant_id, {})[level.location_id] = level
        return found

    def get_page_subtitle(self) -> str:
        return str(self.product)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = []
        if self.may("catalogue.change_product"):
            url = reverse("wagtailsnippets_catalogue_product:edit", args=[self.product.pk])
            buttons.append(HeaderButton(_("Words and pictures"), url=url, icon_name="edit"))
        if self.may("catalogue.change_prices"):
            url = reverse("backoffice:product_prices", args=[self.product.pk])
            buttons.append(HeaderButton(_("All price lists and breaks"), url=url, icon_name="tag"))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """What is wanted less often; so that the name of the product has room in the header."""
        url = reverse("backoffice:product_attributes", args=[self.product.pk])
        buttons = [Button(_("Attributes"), url=url, icon_name="sliders")]
        if self.product.live:
            buttons.append(Button(_("Show in the shop"), url=self.product.get_absolute_url(), icon_name="view"))
        return buttons

    def form_for(self, variant: Variant | None, data: Any = None) -> VariantForm:
        price = self.prices.get(variant.pk) if variant else None
        levels = self.levels.get(variant.pk, {}) if variant else {}
        return VariantForm(
            data,
            prefix=f"v{variant.pk}" if variant else "new",
            initial=initial_of(variant, price) if variant else {"is_stock_tracked": True, "is_active": True},
            options=self.product_options,
            variant=variant,
            seen=fingerprint(variant, price) if variant else "",
            currency=self.market.currency,
            sees_cost=self.may("catalogue.view_cost"),
            may_price=self.may("catalogue.change_prices"),
            locations=self.locations if variant and variant.is_stock_tracked else (),
            levels={place: level.on_hand for place, level in levels.items()},
            may_adjust=self.may("inventory.adjust_stock"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms = self.forms if self.forms is not None else [self.form_for(variant) for variant in self.variants]
        rows = [
            (form, form.variant, list(self.levels.get(form.variant.pk, {}).values())) for form in forms if form.variant
        ]
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "market": self.market,
            "rows": rows,
            "grid": self.grid,
            "ticked": self.ticked,
            "locations": self.locations,
            "columns": [rows[0][0].fields[field.name].label for field in rows[0][0].main_fields()] if rows else [],
            "fillable": [
                (name, VariantForm.base_fields[name].label)
                for name in FILLED
                if name != "cost_minor" or self.may("catalogue.view_cost")
            ],
            "reason_form": StockReasonForm(self.request.POST or None),
            "new_form": kwargs.get("new_form") or self.form_for(None),
            "options": self.product_options,
            "pattern": self.pattern,
            "missing": self._missing(),
            "may_edit": self.may("catalogue.change_variant"),
            "may_adjust": self.may("inventory.adjust_stock"),
        }

    @property
    def pattern(self) -> str:
        return self.product.type.sku_pattern if self.product.type else ""

    def _missing(self) -> int:
        """How many combinations have no variant yet."""
        if not self.product_options:
            return 0
        count = 1
        for option in self.product_options:
            count *= max(len(option.values), 1)
        values = Variant.objects.filter(product=self.product).values_list("option_values", flat=True)
        allowed = [set(option.values) for option in self.product_options]
        there = {
            tuple(own) for own in values
            if len(own) == len(allowed) and all(value in one for value, one in zip(own, allowed, strict=True))
        }  # fmt: skip
        return count - len(there)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, "catalogue.change_variant")
        sent = request.POST
        present = [variant for variant in self._sent_variants(sent) if f"v{variant.pk}-present" in sent]
        if sent.get("do") == "fill":
            return self._fill(present)
        self.forms = [self.form_for(variant, sent) for variant in present]
        changed = [form for form in self.forms if form.has_changed()]
        wrong = [form for form in changed if not form.is_valid()]
        if not wrong and self._save(changed):
            messages.success(request, ngettext("%d variant saved.", "%d variants saved.", len(changed)) % len(changed))
            return redirect(f"{reverse(SCREEN, args=[self.product.pk])}{self._here()}")
        messages.error(request, _("Nothing is saved yet: please check the fields that are marked."))
        return self.render_to_response(self.get_context_data(**kwargs), status=422)

    def _sent_variants(self, sent: QueryDict) -> list[Variant]:
        """The rows that the page had when it was made, whatever has come in or gone between them since."""
        ids = [name[1:-8] for name in sent if name.startswith("v") and name.endswith("-present")]
        wanted = [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 19]
        rows = Variant.objects.filter(product=self.product, pk__in=wanted[:500])
        self.variants = list(rows.order_by("-is_active", "position", "id"))
        return self.variants

    def _here(self) -> str:
        query = self.request.GET.urlencode()
        return f"?{query}" if query else ""

    def _save(self, changed: list[VariantForm]) -> bool:
        by_variant = {form.variant.pk: form for form in changed if form.variant}
        form: VariantForm | None = None
        try:
            with transaction.atomic():
                save_variants(
                    self.product.pk, [self._edit(one) for one in changed if one.changed_fields()],
                    actor=actor_of(self.request), market=self.market,
                )  # fmt: skip
                for form in changed:
                    self._count(form)
        except RowsRefusedError as refused:
            for pk, refusal in refused.refusals.items():
                self._show(by_variant[pk], refusal)
            return False
        except DomainError as refusal:
            assert form is not None  # noqa: S101
            add_refusal(form, refusal)
            return False
        return True

    def _show(self, form: VariantForm, refusal: DomainError) -> None:
        """A refusal at its cell; where somebody else was quicker, with what is there now."""
        add_refusal(form, _at_its_cell(refusal))
        if isinstance(refusal, ChangedMeanwhileError) and form.variant:
            # Who saves once more has seen it, and means it.
            form.shown_seen = form.seen
            form.add_error(None, _t("Now it is: %(values)s.") % {"values": _in_words(form)})

    def _edit(self, form: VariantForm) -> VariantEdit:
        assert form.variant is not None  # noqa: S101
        seen = form.data.get(form.add_prefix("seen"), "")
        return VariantEdit(form.variant.pk, form.data_of(), seen, writes_price=self.may("catalogue.change_prices"))

    def _count(self, form: VariantForm) -> None:
        counts = form.counts()
        if not counts:
            return
        require(self.request, "inventory.adjust_stock")
        assert form.variant is not None  # noqa: S101
        reasons = StockReasonForm(self.request.POST)
        reason = reasons.cleaned_data.get("stock_reason") if reasons.is_valid() else None
        for location, quantity, seen in counts:
            there = (
                StockLevel.objects.filter(variant=form.variant, location=location)
                .values_list("on_hand", flat=True)
                .first()
            )
            if there != seen:
                raise StockMovedError(field=f"stock_{location.pk}")
            try:
                if there is None:
                    stock.open_level(form.variant.pk, location.pk, quantity, actor=actor_of(self.request))
                else:
                    stock.set_on_hand(
                        form.variant.pk, location.pk, quantity, reason=reason or "counted", actor=actor_of(self.request)
                    )
            except DomainError as refusal:
                refusal.facts["field"] = f"stock_{location.pk}"
                raise

    def _fill(self, present: list[Variant]) -> HttpResponse:
        """Write one value into a column of the rows as they were sent, and show them again; nothing is saved yet."""
        form = FillForm(self.request.POST, prefix="fill")
        sent = self.request.POST.copy()
        if form.is_valid() and form.cleaned_data["field"] in FILLED:
            name, value = form.cleaned_data["field"], form.cleaned_data["value"]
            names = [option.name for option in self.product_options]
            for variant in present:
                if form.cleaned_data["rows"] == "page" or str(variant.pk) in self.ticked:
                    _put(sent, f"v{variant.pk}-{name}", _filled(name, value, self.product.slug, names, variant))
            messages.info(self.request, _("Filled in. Look at the rows, then save."))
        else:
            messages.error(self.request, _("Choose a column to fill."))
        self.forms = [self.form_for(variant, sent) for variant in present]
        return self.render_to_response(self.get_context_data(), status=422)


def _in_words(form: VariantForm) -> str:
    """What the database has now, of the fields that the row shows."""
    unbound = {
        name: form.fields[name].prepare_value(form.initial.get(name)) for name in form.MAIN if name in form.fields
    }
    said = [f"{form.fields[name].label} {value}" for name, value in unbound.items() if value not in (None, "")]
    return ", ".join([*said, str(_("for sale") if form.initial.get("is_active") else _("not for sale"))])


def _filled(name: str, value: str, slug: str, options: list[str], variant: Variant) -> str:
    if name == "sku" and "{" in value:
        return sku_by(value, slug, options, variant.option_values) or variant.sku
    if name == "is_active":
        return "on" if value.strip().casefold() in {"1", "on", "yes", "true", str(_t("Yes")).casefold()} else ""
    return value


def _put(sent: QueryDict, name: str, value: str) -> None:
    if name.endswith("-is_active") and not value:
        sent.pop(name, None)
    else:
        sent[name] = value


def _at_its_cell(refusal: DomainError) -> DomainError:
    """The cell that a refusal is about, by its code."""
    cell = {"sku_taken": "sku", "compare_at_too_low": "compare_at_minor", "price_invalid": "price_minor"}.get(
        refusal.code
    )
    if cell and "field" not in refusal.facts:
        refusal.facts["field"] = cell
    return refusal


class VariantAdd(VariantsScreen):
    """The form under the list. GET has nothing to show of its own."""

    right = "catalogue.add_variant"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(SCREEN, self.product.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_for(None, request.POST)
        if form.is_valid():
            try:
                added = products.add_variant(
                    self.product.pk, form.data_of(), actor=actor_of(request), market=default_market()
                )
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _t("%(sku)s is added.") % {"sku": added.sku})
                return redirect(SCREEN, self.product.pk)
        return self.render_to_response(self.get_context_data(new_form=form, **kwargs), status=422)


@step("catalogue.delete_variant", SCREEN)
def remove(request: HttpRequest, product_id: int, variant_id: int) -> str:
    variant = get_object_or_404(Variant, pk=variant_id, product_id=product_id)
    if products.remove_variant(variant.pk, actor=actor_of(request)):
        return _t("%(sku)s is gone.") % {"sku": variant.sku}
    return _t("%(sku)s has been sold or stocked before, so it is kept, and no longer for sale.") % {"sku": variant.sku}


@step("catalogue.add_variant", SCREEN)
def add_missing(request: HttpRequest, product_id: int) -> str:
    """A variant for every combination of options that has none, at the price of the first."""
    product = get_object_or_404(Product.objects.select_related("type"), pk=product_id)
    pattern = request.POST.get("pattern", product.type.sku_pattern if product.type else "")[:120]
    count = fill_up(product_id, actor=actor_of(request), market=default_market(), pattern=pattern)
    return ngettext("%d variant added.", "%d variants added.", count) % count
