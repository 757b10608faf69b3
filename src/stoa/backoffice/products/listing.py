"""The list of products: how they look, what they cost, whether they are there, what they lack.

Rows are found, sorted and counted without figures where that can be; figures are then asked for one page of rows.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import IndexView

from stoa.backoffice.columns import NUMBER, WIDE, PillColumn, ThumbnailColumn, TwoLineColumn, shown
from stoa.backoffice.guard import may
from stoa.catalogue.completeness.queries import Tone, score
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.models import (
    AttributeValue,
    Category,
    Picture,
    Price,
    Product,
    ProductCategory,
    ProductPicture,
    ProductType,
    TypeAttribute,
    Variant,
)
from stoa.inventory.models import StockLevel
from stoa.kernel import clock
from stoa.kernel.money import Money


def with_figures(products: QuerySet[Product]) -> QuerySet[Product]:
    """Annotate ``first_picture_id``, ``lowest`` and ``highest`` (minor), ``variant_count``, ``free`` units, ``is_counted``."""
    prices = (
        Price.objects.filter(
            variant__product=OuterRef("pk"), variant__is_active=True, price_list=default_market().price_list_id
        )
        .order_by()
        .values("variant__product")
    )
    variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    first = ProductPicture.objects.filter(product=OuterRef("pk")).order_by("sort_order", "id")
    return with_stock(products).annotate(
        first_picture_id=Subquery(first.values("picture_id")[:1]),
        lowest=Subquery(prices.annotate(low=Min("amount_minor")).values("low")),
        highest=Subquery(prices.annotate(high=Max("amount_minor")).values("high")),
        variant_count=Coalesce(Subquery(variants.order_by().values("product").annotate(n=Count("pk")).values("n")), 0),
    )


def with_stock(products: QuerySet[Product]) -> QuerySet[Product]:
    """Annotate ``free`` units and ``is_counted``: for filtering and sorting by them."""
    variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    levels = StockLevel.objects.filter(
        variant__product=OuterRef("pk"), variant__is_active=True, variant__is_stock_tracked=True, location__is_active=True
    )  # fmt: skip
    free = levels.order_by().values("variant__product").annotate(sum=Sum("on_hand") - Sum("reserved")).values("sum")
    return products.annotate(
        free=Coalesce(Subquery(free, output_field=IntegerField()), 0),
        is_counted=Case(
            When(Exists(variants.filter(is_stock_tracked=False)), then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        ),
    )


def with_lowest(products: QuerySet[Product]) -> QuerySet[Product]:
    """Annotate ``lowest``, the lowest price in minor units: for sorting by it."""
    prices = Price.objects.filter(
        variant__product=OuterRef("pk"), variant__is_active=True, price_list=default_market().price_list_id
    )
    low = prices.order_by().values("variant__product").annotate(low=Min("amount_minor")).values("low")
    return products.annotate(lowest=Subquery(low))


def price_range(product: Any, currency: str) -> str:
    if product.lowest is None:
        return ""
    low, high = Money(product.lowest, currency), Money(product.highest, currency)
    return shown(low) if low == high else f"{shown(low)} – {shown(high)}"


def below_title(product: Product) -> str:
    count = product.variant_count  # type: ignore[attr-defined]
    variants = ngettext("%d variant", "%d variants", count) % count if count != 1 else ""
    return " · ".join(part for part in (product.brand, variants) if part)


def _stock_tone(product: Any, low_from: int) -> str:
    if not product.is_counted:
        return ""
    if product.free <= 0:
        return "bad"
    return "wait" if product.free <= low_from else "good"


_UNTYPED = "none"
MOST_BRANDS = 300


def _type_choices() -> list[tuple[str, Any]]:
    types = [(str(pk), name) for pk, name in ProductType.objects.order_by("name", "id").values_list("pk", "name")]
    return [*types, (_UNTYPED, _("no type"))] if types else []


def _brand_choices() -> list[tuple[str, str]]:
    brands = Product.objects.exclude(brand="").order_by("brand").values_list("brand", flat=True).distinct()
    return [(brand, brand) for brand in brands[:MOST_BRANDS]]


class ProductFilters(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        method="by_status",
        widget=forms.RadioSelect,
        empty_label=_("All"),
        choices=[("live", _("live")), ("draft", _("draft")), ("changed", _("live with unpublished changes"))],
    )
    stock = django_filters.ChoiceFilter(
        label=_("Stock"),
        method="by_stock",
        widget=forms.RadioSelect,
        empty_label=_("All"),
        choices=[("in", _("in stock")), ("low", _("low")), ("out", _("sold out"))],
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Category"), queryset=Category.objects.order_by("path"), method="by_category", empty_label=_("All")
    )
    type = django_filters.ChoiceFilter(
        label=_("Type"), method="by_type", choices=_type_choices, empty_label=_("All"), widget=forms.Select
    )
    brand = django_filters.ChoiceFilter(
        label=_("Brand"), method="by_brand", choices=_brand_choices, empty_label=_("All"), widget=forms.Select
    )
    missing = django_filters.ChoiceFilter(
        label=_("Without"),
        method="by_missing",
        widget=forms.RadioSelect,
        empty_label=_("All"),
        choices=[
            ("picture", _("a picture")),
            ("price", _("a price")),
            ("category", _("a category")),
            ("type", _("a type")),
            ("attributes", _("attributes that its type expects")),
            ("brand", _("a brand")),
            ("barcode", _("a barcode")),
            ("weight", _("a weight")),
        ],
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def by_status(self, products: QuerySet, name: str, value: Any) -> QuerySet:
        wanted = {"live": Q(live=True), "draft": Q(live=False), "changed": Q(live=True, has_unpublished_changes=True)}
        return products.filter(wanted[value])

    def by_stock(self, products: QuerySet, name: str, value: Any) -> QuerySet:
        low = default_market().low_stock_threshold
        products = with_stock(products)
        wanted = {
            "in": Q(free__gt=low) | Q(is_counted=False),
            "low": Q(free__gt=0, free__lte=low),
            "out": Q(free__lte=0, is_counted=True),
        }
        return products.filter(wanted[value])

    def by_category(self, products: QuerySet, name: str, value: Category) -> QuerySet:
        inside = Category.objects.filter(path__startswith=value.path)
        return products.filter(Exists(ProductCategory.objects.filter(product=OuterRef("pk"), category__in=inside)))

    def by_type(self, products: QuerySet, name: str, value: str) -> QuerySet:
        return products.filter(type=None) if value == _UNTYPED else products.filter(type_id=int(value))

    def by_brand(self, products: QuerySet, name: str, value: str) -> QuerySet:
        return products.filter(brand=value)

    def by_missing(self, products: QuerySet, name: str, value: str) -> QuerySet:
        return products.filter(_lacking(value))


def _lacking(what: str) -> Any:
    """A condition on products."""
    variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    match what:
        case "picture":
            return ~Exists(ProductPicture.objects.filter(product=OuterRef("pk")))
        case "price":
            priced = Price.objects.filter(
                variant__product=OuterRef("pk"), variant__is_active=True, price_list=default_market().price_list_id
            )
            return ~Exists(priced)
        case "category":
            return ~Exists(ProductCategory.objects.filter(product=OuterRef("pk")))
        case "type":
            return Q(type=None)
        case "brand":
            return Q(brand="")
        case "barcode":
            return Exists(variants.filter(barcode=""))
        case "weight":
            return Exists(variants.filter(weight_grams=None)) & Q(kind=Product.Kind.PHYSICAL)
    said = AttributeValue.objects.filter(
        product=OuterRef(OuterRef("pk")), variant=None, attribute=OuterRef("attribute")
    )  # fmt: skip
    expected = TypeAttribute.objects.filter(type=OuterRef("type"), is_required=True)
    return Exists(expected.exclude(Exists(said)))


class ProductList(IndexView):
    template_name = "backoffice/products/list.html"
    results_template_name = "backoffice/listing_results.html"
    page_title = _("Products")
    default_ordering = "title"
    filterset_class = ProductFilters
    any_permission_required = ["add", "change", "delete", "view"]
    paginate_by = 50
    is_searchable = True

    def get_base_queryset(self) -> QuerySet:
        return Product.objects.defer("body", "search_text")

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        wanted = self.ordering if isinstance(self.ordering, str) else ""
        if wanted.lstrip("-") == "lowest":
            queryset = with_lowest(queryset)
        elif wanted.lstrip("-") == "free":
            queryset = with_stock(queryset)
        ordered = super().order_queryset(queryset)
        # The last word is the key, so that rows of equal rank never change pages.
        return ordered.order_by(*ordered.query.order_by, "pk") if ordered.query.order_by else ordered

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons = list(super().header_more_buttons)
        if may(self.request.user, "catalogue.add_bulkedit"):
            query = self.request.GET.copy()
            query["all"] = "1"
            url = f"{reverse('backoffice:bulk_new')}?{query.urlencode()}"
            buttons.append(Button(_("Change all of this list"), url=url, icon_name="edit", priority=50))
        return buttons

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        for word in self.search_query.split()[:8]:
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(search_text__icontains=word)
                | Exists(
                    Variant.objects.filter(product=OuterRef("pk")).filter(Q(sku__icontains=word) | Q(barcode=word))
                )
            )
        return queryset

    def get_search_form(self) -> Any:
        form = super().get_search_form()
        if form is not None:
            form.fields["q"].widget.attrs["placeholder"] = _("Title, SKU or barcode")
        return form

    @cached_property
    def no_results_message(self) -> Any:
        if self.is_searching or self.is_filtering:
            return _("Nothing matches. Try fewer words or filters.")
        return _("No products yet. Add the first one.")

    @cached_property
    def columns(self) -> list[Column]:
        sees_stock, market = may(self.request.user, "inventory.view_stocklevel"), default_market()
        title = self._get_title_column_class(TwoLineColumn)
        picks = (
            [BulkActionsCheckboxColumn("bulk_actions", obj_type="product")]
            if may(self.request.user, "catalogue.add_bulkedit")
            else []
        )
        return [
            *picks,
            ThumbnailColumn(accessor=lambda product: self.thumbnails.get(product.first_picture_id, "")),
            title("title", label=_("Product"), sort_key="title", get_url=self.get_edit_url, below=below_title),
            Column(
                "price",
                label=_("Price"),
                accessor=lambda product: price_range(product, market.currency),
                sort_key="lowest",
                classname=NUMBER,
            ),
            PillColumn(
                "stock",
                label=_("Stock"),
                sort_key="free" if sees_stock else None,
                tone_of=lambda product: _stock_tone(product, market.low_stock_threshold),
                accessor=lambda product: _stock_text(product, sees_stock),
                classname=WIDE,
            ),
            PillColumn(
                "status",
                label=_("Status"),
                accessor=_status_text,
                sort_key="live",
                classname=WIDE,
                tone_of=lambda product: "good" if product.live else "",
            ),
            PillColumn(
                "score",
                label=_("Complete"),
                accessor=lambda product: (
                    f"{self.scores[product.pk].points}\u202f%" if product.pk in self.scores else ""
                ),
                classname=f"{WIDE} {NUMBER}",
                tone_of=lambda product: Tone(self.scores[product.pk].points).name,
            ),
        ]

    def get_edit_url(self, instance: Product) -> str:
        return super().get_edit_url(instance) or reverse("backoffice:variants", args=[instance.pk])

    def get_list_more_buttons(self, instance: Product) -> list[Any]:
        variants = Button(
            _("Variants and prices"),
            url=reverse("backoffice:variants", args=[instance.pk]),
            icon_name="list-ul",
            priority=15,
        )
        shop = (
            [Button(_("Show in the shop"), url=instance.get_absolute_url(), icon_name="view", priority=18)]
            if instance.live
            else []
        )
        return [*super().get_list_more_buttons(instance), variants, *shop]

    @cached_property
    def thumbnails(self) -> dict[int, str]:
        """Small pictures of the page of rows that is shown: one query."""
        wanted = {product.first_picture_id for product in self._shown_rows if product.first_picture_id}
        return {pk: picture_view(picture).url_for(160) for pk, picture in Picture.objects.in_bulk(wanted).items()}

    @cached_property
    def scores(self) -> dict[int, Any]:
        """How complete the pages of the rows are: one query."""
        return score([product.pk for product in self._shown_rows])

    def get_table(self, object_list: Any) -> Any:
        # One page of rows with their figures, in the order in which they were found.
        ids = [product.pk for product in object_list]
        found = {row.pk: row for row in with_figures(Product.objects.filter(pk__in=ids).defer("body", "search_text"))}
        self._shown_rows = [found[pk] for pk in ids if pk in found]
        return super().get_table(self._shown_rows)


def _stock_text(product: Any, sees_stock: bool) -> str:
    if not product.is_counted:
        return _t("not counted")
    if product.free <= 0:
        return _t("sold out")
    return str(product.free) if sees_stock else _t("in stock")


def _status_text(product: Product) -> str:
    """As Wagtail's own, without its question to the database in every row."""
    if product.live:
        return _t("live, with changes") if product.has_unpublished_changes else _t("live")
    if product.go_live_at and product.go_live_at > clock.now():
        return _t("scheduled")
    return _t("draft")
