"""Sales: what runs, what is planned, what is over; a new one with a preview of every price before it is scheduled."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateTimeInput

from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, PillColumn, TwoLineColumn
from stoa.backoffice.fields import AmountField
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.prices.endings import EndingField, PercentField
from stoa.backoffice.products.new import CategoryChoice
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.categories.queries import category_by_id
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Category, Product, ProductCategory, Sale, Variant
from stoa.catalogue.prices import actions as prices
from stoa.catalogue.prices import queries
from stoa.catalogue.prices.queries import SaleTerms
from stoa.catalogue.prices.rules import sale_state
from stoa.kernel import clock
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.money import Money
from stoa.operations.models import Order, OrderLine

RIGHT = "catalogue.change_prices"
LIST = "backoffice:price_sales"
SCREEN = "backoffice:price_sale"
STATES = {"planned": _("planned"), "running": _("running"), "over": _("over"), "cancelled": _("called off")}
TONES = {"planned": "wait", "running": "good"}
# Rows of a preview or of a sale that are shown; all of them are scheduled.
SHOWN = 500


def state_of(sale: Sale) -> str:
    return sale_state(sale.starts_at, sale.ends_at, sale.cancelled_at, clock.now())


class SaleList(Listing):
    model = Sale
    right = RIGHT
    url_name = "price_sales"
    page_title = _("Sales")
    header_icon = "calendar-alt"
    search_placeholder = _("Name")
    empty_message = _("No sales yet. Lower prices for a time, with the regular ones back by themselves.")
    add_url_name = "backoffice:price_sale_new"
    add_label = _("Schedule a sale")

    def get_base_queryset(self) -> QuerySet:
        return queries.sales()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(name__icontains=text)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "name", label=_("Sale"), accessor="name", get_url=lambda s: reverse(SCREEN, args=[s.pk]),
                below=lambda s: s.price_list.name,
            ),
            PillColumn(
                "state", label=_("State"), accessor=lambda s: STATES[state_of(s)],
                tone_of=lambda s: TONES.get(state_of(s), ""),
            ),
            MomentColumn("starts_at", label=_("Starts"), accessor="starts_at", classname=WIDE),
            MomentColumn("ends_at", label=_("Ends"), accessor="ends_at"),
            Column("count", label=_("Variants"), accessor="count", classname=f"{NUMBER} {WIDE}"),
        ]  # fmt: skip


class SaleForm(forms.Form):
    SCOPES = [
        ("category", _("a category, with all below it")), ("brand", _("a brand")), ("chosen", _("chosen articles")),
        ("all", _("everything on the list")),
    ]  # fmt: skip

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you: customers do not see it."))
    price_list = forms.ChoiceField(label=_("Price list"))
    scope = forms.ChoiceField(label=_("What is on sale"), choices=SCOPES, widget=forms.RadioSelect, initial="category")
    category = CategoryChoice(
        label=_("Category"), queryset=Category.objects.order_by("path"), required=False, empty_label="–"
    )
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    skus = forms.CharField(
        label=_("SKUs"), required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line. The whole product is on sale, with all its variants."),
    )  # fmt: skip
    percent = PercentField(label=_("Less, in percent"), required=False)
    amount = AmountField(label=_("or less, as an amount"), required=False)
    ending = EndingField()
    starts_at = forms.DateTimeField(
        label=_("Starts"), required=False, widget=AdminDateTimeInput, help_text=_("Blank: at once.")
    )
    ends_at = forms.DateTimeField(
        label=_("Ends"), widget=AdminDateTimeInput, help_text=_("From this moment on the regular prices hold again.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = {str(each.id): each for each in queries.price_lists()}
        named = [(key, f"{each.name} ({each.currency})") for key, each in self.lists.items()]
        self.fields["price_list"].choices = named  # type: ignore[attr-defined]
        brands = Product.objects.exclude(brand="").order_by("brand").values_list("brand", flat=True).distinct()
        self.fields["brand"].choices = [("", "–"), *((brand, brand) for brand in brands)]  # type: ignore[attr-defined]
        chosen = self.data.get("price_list") if self.is_bound else self.initial.get("price_list")
        if chosen in self.lists:
            self.fields["amount"].currency = self.lists[chosen].currency  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        scope = values.get("scope")
        needed = {"category": "category", "brand": "brand", "chosen": "skus"}.get(scope or "")
        if needed and not values.get(needed):
            self.add_error(needed, _("Say which."))
        if "percent" in values and "amount" in values:
            terms = SaleTerms(values["percent"], values["amount"], values.get("ending", ""))
            if not terms.is_usable:
                self.add_error("percent", _("Write a percentage up to 100, or an amount: one of the two."))
            values["terms"] = terms
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if ends and ends <= (starts or clock.now()):
            self.add_error("ends_at", _("It must end after it starts."))
        if starts and starts < clock.now():
            self.add_error("starts_at", _("This is past already. Leave it blank for a start at once."))
        if scope == "chosen" and values.get("skus"):
            values["sku_list"] = self._known_skus(values["skus"])
        return values

    def _known_skus(self, text: str) -> list[str]:
        wanted = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        known = set(Variant.objects.filter(sku__in=wanted).values_list("sku", flat=True))
        missing = [sku for sku in wanted if sku not in known]
        if missing:
            self.add_error("skus", _t("Not found: %(skus)s") % {"skus": ", ".join(missing[:20])})
        return wanted

    def product_ids(self) -> QuerySet:
        values = self.cleaned_data
        goods = Product.objects.order_by()
        match values["scope"]:
            case "category":
                node = category_by_id(values["category"].pk)
                inside = node.subtree_ids if node else [values["category"].pk]
                placed = ProductCategory.objects.filter(category_id__in=inside).values("product_id")
                goods = goods.filter(pk__in=placed)
            case "brand":
                goods = goods.filter(brand=values["brand"])
            case "chosen":
                named = Variant.objects.filter(sku__in=values["sku_list"]).values("product_id")
                goods = goods.filter(pk__in=named)
        return goods.values("pk")


class NewSale(FormPage):
    """First a preview, then, with the very prices that it showed, the sale."""

    right = RIGHT
    form_class = SaleForm
    template_name = "backoffice/prices/sale_form.html"
    page_title = _("Schedule a sale")
    header_icon = "calendar-alt"
    parents = ((_("Sales"), LIST),)
    submit_label = _("Show the prices")

    def get_initial(self) -> dict[str, Any]:
        return {"price_list": str(default_market().price_list_id), "scope": "category"}

    def form_valid(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        chosen = form.lists[values["price_list"]]
        starts_at: datetime = values["starts_at"] or clock.now()
        rows = queries.sale_preview(
            chosen.id, chosen.currency, values["terms"], starts_at, values["ends_at"], product_ids=form.product_ids()
        )
        usable = {row.variant_id: row.new_minor for row in rows if not row.problem}
        seen = digest(usable)
        if self.request.POST.get("schedule") and usable and self.request.POST.get("seen") == seen:
            try:
                sale = prices.schedule_sale(
                    values["name"], chosen.id, usable, starts_at=values["starts_at"], ends_at=values["ends_at"],
                    terms=values["terms"].facts() | {"scope": values["scope"]}, actor=self.actor,
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error(None, refusal.message)
                return self.form_invalid(form)
            said = ngettext("%d variant is in the sale.", "%d variants are in the sale.", len(usable)) % len(usable)
            messages.success(self.request, said)
            return HttpResponse(status=302, headers={"Location": reverse(SCREEN, args=[sale.pk])})
        if self.request.POST.get("schedule") and usable:
            messages.warning(self.request, _("Prices have changed since you looked. Please look again."))
        context = self.get_context_data(
            form=form, rows=rows[:SHOWN], total=len(rows), usable=len(usable), seen=seen, currency=chosen.currency
        )
        return self.render_to_response(context)


def digest(usable: dict[int, int]) -> str:
    """A short name for exactly these prices, so that nothing is scheduled that was not shown."""
    text = ",".join(f"{variant_id}:{minor}" for variant_id, minor in sorted(usable.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class SaleScreen(Page):
    right = RIGHT
    template_name = "backoffice/prices/sale.html"
    header_icon = "calendar-alt"
    parents = ((_("Sales"), LIST),)

    @cached_property
    def sale(self) -> queries.SaleFacts:
        try:
            return queries.sale_by_id(self.kwargs["sale_id"])
        except NotFoundError as error:
            raise Http404 from error

    def get_page_title(self) -> str:
        return self.sale.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sale = self.sale
        rows = queries.sale_rows(sale.id)
        units, minor = sold(sale)
        return {
            **super().get_context_data(**kwargs),
            "sale": sale,
            "state": STATES[sale.state],
            "tone": TONES.get(sale.state, ""),
            "rows": rows[:SHOWN],
            "units": units,
            "money": Money(minor, sale.currency),
            "can_end": sale.state in {"planned", "running"},
        }


def sold(sale: queries.SaleFacts) -> tuple[int, int]:
    """Units and money (minor units, as the buyers saw it) of orders that stand: its goods, in its time, at its prices."""
    lines = OrderLine.objects.filter(
        order__placed_at__gte=sale.starts_at, order__placed_at__lt=sale.ends_at, order__currency=sale.currency,
        variant_id__in=queries.sale_rows(sale.id).order_by().values("variant_id"),
        # A sale price is what the line's regular price is compared with.
        compare_at_minor__isnull=False,
    ).exclude(order__status__in=[Order.Status.CANCELLED, Order.Status.AWAITING_PAYMENT])  # fmt: skip
    found = lines.aggregate(units=Sum("quantity"), minor=Sum("total_minor"))
    return found["units"] or 0, found["minor"] or 0


@step(RIGHT, SCREEN)
def end(request: HttpRequest, sale_id: int) -> str:
    sale = prices.cancel_sale(sale_id, actor=actor_of(request))
    if sale.ends_at == sale.cancelled_at:
        return _t("The sale is over: the regular prices hold again.")
    return _t("The sale is called off.")
