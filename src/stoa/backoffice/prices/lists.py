"""Price lists: which there are, what stands on one, new ones made from others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.columns import NUMBER, WIDE, MoneyColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import TODAY_CRUMB, Listing
from stoa.backoffice.prices.endings import EndingField, FactorField, PercentField
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import all_markets, market_by_id
from stoa.catalogue.models import Market, Price
from stoa.catalogue.prices import actions as prices
from stoa.catalogue.prices import queries
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.money import Money

RIGHT = "catalogue.change_prices"
LIST = "backoffice:price_lists"
SCREEN = "backoffice:price_list"


class PriceLists(Page):
    right = RIGHT
    template_name = "backoffice/prices/lists.html"
    page_title = _("Price lists")
    header_icon = "tag"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Add a price list"), url=reverse("backoffice:price_list_new"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "rows": [(each, self._markets_for(each)) for each in queries.price_lists()],
        }

    def _markets_for(self, each: queries.PriceListFacts) -> list[Market]:
        """Those that could sell at these prices and do not yet."""
        if not self.may("catalogue.change_market"):
            return []
        return [m for m in all_markets() if m.currency == each.currency and m.price_list_id != each.id]


class NewListForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, help_text=_("Three letters: EUR, CHF, GBP.")
    )
    based_on = forms.ChoiceField(label=_("With the prices of"), required=False)
    rate = FactorField(
        label=_("Times"), required=False, help_text=_("The exchange rate, where the currency is another. Blank: 1.")
    )
    percent = PercentField(
        label=_("Plus percent"), required=False, help_text=_("-10 makes every price ten percent lower. Blank: 0.")
    )
    ending = EndingField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = [(str(each.id), f"{each.name} ({each.currency})") for each in queries.price_lists()]
        self.fields["based_on"].choices = [("", _("none: start empty")), *lists]  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()


class NewList(FormPage):
    right = RIGHT
    form_class = NewListForm
    page_title = _("New price list")
    header_icon = "tag"
    parents = ((_("Price lists"), LIST),)
    submit_label = _("Make the list")

    def get_initial(self) -> dict[str, Any]:
        market = all_markets()[0]
        return {"currency": market.currency, "based_on": str(market.price_list_id)}

    def perform(self, values: dict[str, Any]) -> Any:
        factor = (values["rate"] or Decimal(1)) * (100 + (values["percent"] or Decimal(0))) / 100
        return prices.create_price_list(
            values["name"], values["currency"], actor=self.actor, factor=factor, ending=values["ending"],
            based_on=int(values["based_on"]) if values["based_on"] else None,
        )  # fmt: skip

    def get_success_url(self) -> str:
        return reverse(SCREEN, args=[self.result.pk])


class PricesOfList(Listing):
    """What stands on one list."""

    model = Price
    right = RIGHT
    url_name = "price_list"
    header_icon = "tag"
    search_placeholder = _("Product, SKU or barcode")
    empty_message = _("No prices on this list yet.")
    paginate_by = 100

    @cached_property
    def list_facts(self) -> queries.PriceListFacts:
        try:
            return queries.price_list_by_id(self.kwargs["price_list_id"])
        except NotFoundError as error:
            raise Http404 from error

    def get_page_title(self) -> str:
        return self.list_facts.name

    def get_page_subtitle(self) -> str:
        return self.list_facts.currency

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        lists = {"url": reverse(LIST), "label": _("Price lists")}
        return [TODAY_CRUMB, lists, {"url": "", "label": self.list_facts.name}]

    def get_index_url(self) -> str:
        return reverse(SCREEN, kwargs=self.kwargs)

    def get_index_results_url(self) -> str:
        return reverse(f"{SCREEN}_results", kwargs=self.kwargs)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = reverse("backoffice:price_list_edit", kwargs=self.kwargs)
        return [HeaderButton(_("Rename"), url=url, icon_name="edit")]

    def get_base_queryset(self) -> QuerySet:
        rows = Price.objects.filter(price_list_id=self.list_facts.id).select_related("variant__product")
        return rows.order_by("variant__product__title", "variant__position", "pk")

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        named = Q(variant__product__title__icontains=text) | Q(variant__sku__icontains=text)
        return rows.filter(named | Q(variant__barcode=text))

    @cached_property
    def columns(self) -> list[Column]:
        currency = self.list_facts.currency

        def url(price: Price) -> str:
            return (
                reverse("backoffice:product_prices", args=[price.variant.product_id]) + f"?list={price.price_list_id}"
            )

        return [
            TwoLineColumn(
                "product", label=_("Product"), accessor=lambda p: p.variant.product.title, get_url=url,
                below=lambda p: " · ".join(filter(None, (p.variant.title, p.variant.sku))),
            ),
            MoneyColumn("price", label=_("Price"), accessor=lambda p: Money(p.amount_minor, currency)),
            MoneyColumn(
                "above", label=_("Compare-at"), classname=f"{NUMBER} {WIDE}",
                accessor=lambda p: Money(p.compare_at_minor, currency) if p.compare_at_minor is not None else None,
            ),
            Column("breaks", label=_("Quantity breaks"), accessor=lambda p: len(p.breaks or ()) or "", classname=WIDE),
        ]  # fmt: skip


class ListNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class RenameList(FormPage):
    right = RIGHT
    form_class = ListNameForm
    page_title = _("Rename the price list")
    header_icon = "tag"
    parents = ((_("Price lists"), LIST),)
    success_url_name = LIST

    def get_initial(self) -> dict[str, Any]:
        try:
            return {"name": queries.price_list_by_id(self.kwargs["price_list_id"]).name}
        except NotFoundError as error:
            raise Http404 from error

    def perform(self, values: dict[str, Any]) -> Any:
        return prices.rename_price_list(self.kwargs["price_list_id"], values["name"], actor=self.actor)


@step(RIGHT, LIST)
def remove(request: HttpRequest, price_list_id: int) -> str:
    prices.delete_price_list(price_list_id, actor=actor_of(request))
    return _t("The price list is gone, with its prices.")


@step("catalogue.change_market", LIST)
def choose(request: HttpRequest, price_list_id: int) -> str:
    """Have a market sell at this list's prices."""
    raw = request.POST.get("market", "")
    market = market_by_id(int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
    if market is None:
        raise DomainError(_t("Choose a market."))
    prices.choose_price_list(market, price_list_id, actor=actor_of(request))
    return _t("%(market)s sells at these prices from now on.") % {"market": market.shop_name}
