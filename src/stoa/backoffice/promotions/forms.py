"""The editor: what all promotions have, and what one of each kind needs besides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from stoa.backoffice.fields import AmountField, WholeField
from stoa.backoffice.prices.endings import PercentField
from stoa.backoffice.products.new import CategoryChoice
from stoa.backoffice.shop.countries import country_choices
from stoa.catalogue.markets.queries import all_markets, default_market
from stoa.catalogue.models import AttributeChoice, Category, Product, Promotion, Variant
from stoa.catalogue.promotions.actions import PromotionData
from stoa.customers.models import CustomerGroup
from stoa.kernel.money import Money

# Of orders that promotions are tried on.
FIRST_YEAR, LAST_YEAR = 1990, 2100
OWN = ("percent", "amount", "buy", "get", "tiers", "bundle")
# The kinds, by the fields that they have of these.
FIELDS: dict[str, tuple[str, ...]] = {
    "percent": ("percent",),
    "amount": ("amount",),
    "amount_each": ("amount",),
    "free_delivery": (),
    "buy_get": ("buy", "get", "percent"),
    "spend_tiers": ("tiers",),
    "quantity_tiers": ("tiers",),
    "bundle": ("bundle", "amount"),
}
GOODS = ("categories", "brands", "choices", "skus")
_EACH_LINE = forms.Textarea(attrs={"rows": 3})


class Categories(forms.ModelMultipleChoiceField):
    label_from_instance = CategoryChoice.label_from_instance  # type: ignore[assignment]


class Choices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: AttributeChoice) -> str:
        return f"{obj.attribute.name}: {obj.label}"


def _goods(prefix: str, label: Any, **texts: Any) -> dict[str, forms.Field]:
    return {
        f"{prefix}categories": Categories(
            label=texts["categories"], queryset=Category.objects.order_by("path"), required=False, help_text=label
        ),
        f"{prefix}brands": forms.MultipleChoiceField(label=texts["brands"], required=False),
        f"{prefix}choices": Choices(
            label=texts["choices"], required=False,
            queryset=AttributeChoice.objects.select_related("attribute").order_by("attribute__name", "position", "pk"),
        ),
        f"{prefix}skus": forms.CharField(
            label=texts["skus"], required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("One a line. The whole product is meant, with all its variants."),
        ),
    }  # fmt: skip


class PromotionForm(forms.Form):
    """``kind`` decides which fields there are. Cleans to ``data``."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you: customers do not see it."))
    label = forms.CharField(
        label=_("Shown as"), max_length=120, required=False,
        help_text=_("What customers read beside the amount. Blank: the name."),
    )  # fmt: skip
    percent = PercentField(label=_("Percent off"))
    amount = AmountField(label=_("Amount"))
    buy = WholeField(label=_("Buy so many pieces"))
    get = WholeField(label=_("and get so many for less"))
    tiers = forms.CharField(label=_("Steps"), max_length=1000, widget=_EACH_LINE)
    bundle = forms.CharField(
        label=_("What is in the set"), max_length=2000, widget=_EACH_LINE,
        help_text=_("One a line: a SKU, or how many of it, such as 2 x CUP-01."),
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_("Given"), widget=forms.RadioSelect, initial="automatic",
        choices=[("automatic", _("by itself")), ("code", _("for a code"))],
    )  # fmt: skip
    code = forms.CharField(
        label=_("Code"), max_length=40, required=False,
        help_text=_("One word that everybody may use. Blank where you will make unique codes instead."),
    )  # fmt: skip
    market = forms.ChoiceField(label=_("Market"), required=False)
    starts_at = forms.DateTimeField(
        label=_("Starts"), required=False, widget=AdminDateTimeInput, help_text=_("Blank: at once.")
    )
    ends_at = forms.DateTimeField(
        label=_("Ends"), required=False, widget=AdminDateTimeInput, help_text=_("Blank: when you end it.")
    )
    min_spend = AmountField(label=_("From this worth of the goods on"), required=False)
    skips_reduced = forms.BooleanField(label=_("Not on goods that are on sale"), required=False)
    customer_groups = forms.ModelMultipleChoiceField(
        label=_("Only for these customer groups"), required=False, widget=forms.CheckboxSelectMultiple,
        queryset=CustomerGroup.objects.order_by("name", "pk"),
    )  # fmt: skip
    countries = forms.MultipleChoiceField(
        label=_("Only to these countries"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sources = forms.CharField(
        label=_("Only for those who come by"), max_length=400, required=False,
        help_text=_("What stands behind utm_source in your links, with commas between several."),
    )  # fmt: skip
    first_order = forms.BooleanField(label=_("Only on the first order"), required=False)
    limit_total = WholeField(label=_("So many times in all"), required=False)
    limit_per_customer = WholeField(label=_("So many times per customer"), required=False)
    group = forms.CharField(
        label=_("Group"), max_length=40, required=False,
        help_text=_("Of several promotions of one group a customer has the best only. A word of your own, such as season."),
    )  # fmt: skip
    priority = WholeField(
        label=_("Priority"), signed=True, required=False, help_text=_("The lower number is taken off first. Blank: 0.")
    )
    is_exclusive = forms.BooleanField(label=_("Not together with other promotions"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in OWN:
            if name not in FIELDS[kind]:
                del self.fields[name]
        self._markets = {str(market.pk): market for market in all_markets()}
        self._place_goods()
        self._say_what_is_of_this_kind()
        names = [("", _t("every market of the currency")), *((pk, m.shop_name) for pk, m in self._markets.items())]
        self.fields["market"].choices = names  # type: ignore[attr-defined]
        if len(self._markets) == 1:
            del self.fields["market"]
        if not CustomerGroup.objects.exists():
            del self.fields["customer_groups"]
        sold_to = {code for market in self._markets.values() for code in market.countries}
        self.fields["countries"].choices = [pair for pair in country_choices(sold_to) if pair[0] in sold_to]  # type: ignore[attr-defined]
        for name in ("amount", "min_spend"):
            if name in self.fields:
                self.fields[name].currency = self.currency  # type: ignore[attr-defined]

    @property
    def currency(self) -> str:
        chosen = self.data.get("market", "") if self.is_bound else self.initial.get("market", "")
        return self._markets[chosen].currency if chosen in self._markets else default_market().currency

    def _place_goods(self) -> None:
        """What it is for stands after what it gives. A set names its goods itself, and delivery has none."""
        made: dict[str, forms.Field] = {}
        if self.kind not in {"bundle", "free_delivery"}:
            made |= _goods(
                "", _("With all below them. Nothing chosen here and below: everything."), categories=_("Categories"),
                brands=_("Brands"), choices=_("With one of these properties"), skus=_("SKUs"),
            )  # fmt: skip
        if self.kind != "bundle":
            made |= _goods(
                "not_", "", categories=_("Not these categories"), brands=_("Not these brands"),
                choices=_("Not with one of these properties"), skus=_("Not these SKUs"),
            )  # fmt: skip
        brands = Product.objects.exclude(brand="").order_by("brand").values_list("brand", flat=True).distinct()
        for name, field in made.items():
            if name.endswith("brands"):
                field.choices = [(brand, brand) for brand in brands]  # type: ignore[attr-defined]
        if not AttributeChoice.objects.exists():
            made = {name: field for name, field in made.items() if not name.endswith("choices")}
        self.fields |= made
        order = list(self.base_fields)
        self.order_fields([*order[: order.index("way")], *made, *order[order.index("way") :]])

    def _say_what_is_of_this_kind(self) -> None:
        fields = self.fields
        if self.kind == "bundle":
            fields["amount"].label = _("Price of the set")
        elif self.kind == "amount_each":
            fields["amount"].label = _("Amount off each piece")
        elif self.kind == "amount":
            fields["amount"].label = _("Amount off")
        elif self.kind == "buy_get":
            fields["percent"].label = _("Percent off these")
            fields["percent"].help_text = _("100 for pieces that are free. They are the cheapest ones.")
            fields["percent"].initial = "100"
        elif self.kind == "spend_tiers":
            fields["tiers"].help_text = _("One a line: the worth of the goods, =, percent off. 50 = 5")
        elif self.kind == "quantity_tiers":
            fields["tiers"].help_text = _("One a line: how many pieces, =, percent off. 3 = 10")

    def clean_percent(self) -> int:
        value: Decimal = self.cleaned_data["percent"]
        if not 0 < value <= 100:
            raise forms.ValidationError(_("Write a percentage up to 100."))
        return int(value * 100)

    def clean_tiers(self) -> list[list[int]]:
        tiers = []
        threshold: forms.Field = AmountField(currency=self.currency) if self.kind == "spend_tiers" else WholeField()
        for line in self.cleaned_data["tiers"].splitlines():
            if not line.strip():
                continue
            start, sign, off = line.partition("=")
            if not sign:
                raise forms.ValidationError(_("Write a step such as 50 = 5."))
            reached, less = threshold.clean(start.strip()), PercentField().clean(off.strip())
            if not reached or not 0 < less <= 100:
                raise forms.ValidationError(_("Write a step such as 50 = 5."))
            tiers.append([reached, int(less * 100)])
        if len({start for start, _off in tiers}) != len(tiers):
            raise forms.ValidationError(_("Two steps begin at the same place."))
        return sorted(tiers)

    def clean_bundle(self) -> list[list[int]]:
        pieces: dict[str, int] = {}
        for line in self.cleaned_data["bundle"].splitlines():
            count, sign, sku = line.replace("×", "x").partition(" x ")
            if not sign:
                count, sku = "1", line
            if not line.strip():
                continue
            if not (count.strip().isascii() and count.strip().isdigit() and 0 < int(count.strip()[:5]) <= 999):
                raise forms.ValidationError(_("Write a line such as 2 x CUP-01."))
            pieces[sku.strip()] = pieces.get(sku.strip(), 0) + int(count.strip()[:5])
        products = self._products(list(pieces), "bundle")
        wanted: dict[int, int] = {}
        for sku, number in pieces.items():
            if sku in products:
                wanted[products[sku]] = wanted.get(products[sku], 0) + number
        return [[product, number] for product, number in wanted.items()]

    def clean_sources(self) -> list[str]:
        return sorted(
            {word.strip().casefold()[:60] for word in self.cleaned_data["sources"].split(",") if word.strip()}
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It must end after it starts."))
        for prefix in ("", "not_"):
            name = f"{prefix}skus"
            if name in values:
                wanted = list(dict.fromkeys(line.strip() for line in values[name].splitlines() if line.strip()))
                values[f"{prefix}products"] = sorted(set(self._products(wanted, name).values()))
        return values

    def _products(self, skus: list[str], field: str) -> dict[str, int]:
        known = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "product_id"))
        if missing := [sku for sku in skus if sku not in known]:
            self.add_error(field, _t("Not found: %(skus)s") % {"skus": ", ".join(missing[:20])})
        return known

    @property
    def promotion(self) -> PromotionData:
        """Of a form that is valid."""
        values = self.cleaned_data
        terms: dict[str, Any] = {}
        for name, key in (("percent", "percent_bp"), ("amount", "amount_minor"), ("buy", "buy"), ("get", "get"),
                          ("tiers", "tiers"), ("bundle", "bundle")):  # fmt: skip
            if name in FIELDS[self.kind]:
                terms[key] = values[name]
        asked: dict[str, Any] = {
            "chosen": self._chosen(""), "excluded": self._chosen("not_"), "skips_reduced": values["skips_reduced"],
            "min_spend_minor": values["min_spend"] or 0,
            "customer_groups": [group.pk for group in values.get("customer_groups", ())],
            "countries": values["countries"], "sources": values["sources"], "first_order": values["first_order"],
        }  # fmt: skip
        market = values.get("market", "")
        return PromotionData(
            name=values["name"], kind=self.kind, currency=self.currency, label=values["label"],
            is_automatic=values["way"] == "automatic", code=values["code"] if values["way"] == "code" else "", terms=terms,
            conditions={name: value for name, value in asked.items() if value},
            market_id=int(market) if market else None, starts_at=values["starts_at"], ends_at=values["ends_at"],
            group=values["group"], priority=values["priority"] or 0, is_exclusive=values["is_exclusive"],
            limit_total=values["limit_total"], limit_per_customer=values["limit_per_customer"],
        )  # fmt: skip

    def _chosen(self, prefix: str) -> dict[str, list[Any]]:
        values = self.cleaned_data
        found = {
            "categories": [each.pk for each in values.get(f"{prefix}categories", ())],
            "brands": values.get(f"{prefix}brands", []),
            "choices": [each.pk for each in values.get(f"{prefix}choices", ())],
            "products": values.get(f"{prefix}products", []),
        }
        return {name: keys for name, keys in found.items() if keys}


def initial_of(row: Promotion, code: str) -> dict[str, Any]:
    """What the form shows of a promotion that there is."""
    terms, asked = row.terms, row.conditions
    made: dict[str, Any] = {
        "name": row.name, "label": row.label if row.label != row.name else "", "amount": terms.get("amount_minor"),
        "buy": terms.get("buy"), "get": terms.get("get"), "way": "automatic" if row.is_automatic else "code",
        "code": code.upper(), "market": str(row.market_id or ""), "starts_at": row.starts_at, "ends_at": row.ends_at,
        "min_spend": asked.get("min_spend_minor") or None, "skips_reduced": asked.get("skips_reduced", False),
        "customer_groups": asked.get("customer_groups", []), "countries": asked.get("countries", []),
        "sources": ", ".join(asked.get("sources", [])), "first_order": asked.get("first_order", False),
        "limit_total": row.limit_total, "limit_per_customer": row.limit_per_customer, "group": row.group,
        "priority": row.priority or None, "is_exclusive": row.is_exclusive,
        "tiers": "\n".join(f"{_step(row, start)} = {_percent(bp)}" for start, bp in terms.get("tiers", ())),
        "bundle": "\n".join(f"{pieces} x {_skus([pk])}" for pk, pieces in terms.get("bundle", ())),
    }  # fmt: skip
    if terms.get("percent_bp"):
        made["percent"] = _percent(terms["percent_bp"])
    for prefix, chosen in (("", asked.get("chosen", {})), ("not_", asked.get("excluded", {}))):
        made |= {f"{prefix}{name}": chosen.get(name, []) for name in ("categories", "brands", "choices")}
        made[f"{prefix}skus"] = _skus(chosen.get("products", []))
    return made


def _percent(basis_points: int) -> str:
    return f"{(Decimal(basis_points) / 100).normalize():f}"


def _step(row: Promotion, start: int) -> str:
    return str(Money(start, row.currency).decimal) if row.kind == "spend_tiers" else str(start)


def _skus(product_ids: list[int]) -> str:
    """One SKU of each product, one a line."""
    found: dict[int, str] = {}
    for product, sku in (
        Variant.objects.filter(product_id__in=product_ids).order_by("-pk").values_list("product_id", "sku")
    ):
        found[product] = sku
    return "\n".join(found[pk] for pk in product_ids if pk in found)


class FloorForm(forms.Form):
    product = PercentField(
        label=_("Least margin of a product, in percent"), required=False,
        help_text=_("What must be left of the net price after the cost. Blank: no floor."),
    )  # fmt: skip
    order = PercentField(label=_("Least margin of an order, in percent"), required=False)
    blocks = forms.ChoiceField(
        label=_("Where a promotion would go below"), widget=forms.RadioSelect,
        choices=[("warn", _("warn us")), ("block", _("it stops there: no product and no order goes below"))],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in ("product", "order"):
            value = values.get(name)
            if value is not None and not 0 <= value < 100:
                self.add_error(name, _("Write a percentage below 100."))
        return values


class CodesForm(forms.Form):
    count = WholeField(label=_("How many"))
    beginning = forms.CharField(label=_("Beginning with"), max_length=12, required=False)
    batch = forms.CharField(label=_("Name of the batch"), max_length=80)


class TrialForm(forms.Form):
    since = forms.DateField(label=_("Orders from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("to"), widget=forms.DateInput(attrs={"type": "date"}))
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sold_to = {code for market in all_markets() for code in market.countries}
        names = [pair for pair in country_choices(sold_to) if pair[0] in sold_to]
        self.fields["country"].choices = [("", _t("all")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in ("since", "until"):
            if (day := values.get(name)) and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("There are no orders of such a year."))
        return values
