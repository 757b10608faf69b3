from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TaxClass(models.Model):
    """What kind of good the tax law sees: standard, reduced, zero. Rates by country and date live in operations."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")

    def __str__(self) -> str:
        return self.name


class PriceList(models.Model):
    """A set of prices in one currency."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("price list")

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """What one variant costs on one list, in minor units of the list's currency."""

    id = models.BigAutoField(primary_key=True)
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="prices")
    amount_minor = models.BigIntegerField(_("price"))
    # A former price, shown struck through, or a recommended one, shown as such. Only ever above the price.
    compare_at_minor = models.BigIntegerField(_("compare-at price"), null=True, blank=True)
    compare_at_is_rrp = models.BooleanField(_("compare-at price is the recommended retail price"), default=False)
    # Where the compare-at price announces a reduction: the lowest price of the 30 days before it, for ever as it was then.
    # Null where nothing is known of the time before.
    lowest_30_minor = models.BigIntegerField(null=True, blank=True, editable=False)
    # [[10, 900], [50, 800]]: from ten on 900 each, from fifty on 800. ``rules.breaks_problem`` says what is fine.
    breaks = models.JSONField(_("quantity breaks"), null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        constraints = [
            models.UniqueConstraint(fields=["variant", "price_list"], name="price_once_per_list"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_at_minor__isnull=True) | Q(compare_at_minor__gt=F("amount_minor")),
                name="price_compare_at_above_price",
            ),
            models.CheckConstraint(
                condition=Q(lowest_30_minor__isnull=True) | Q(compare_at_minor__isnull=False),
                name="price_lowest_with_reduction_only",
            ),
        ]
        indexes = [models.Index(fields=["price_list", "variant", "amount_minor"], name="price_listing")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.amount_minor}"


class PricePoint(models.Model):
    """From when on a variant had which regular price on a list, up to the next point. Points are added, never edited.

    The amount is null where the variant left the list. A price that was replaced in the very instant in which it was
    written has held for no time, and leaves no point.
    """

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="+")
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    amount_minor = models.BigIntegerField(null=True)
    compare_at_minor = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("price in history")
        constraints = [
            models.UniqueConstraint(fields=["variant", "price_list", "at"], name="price_point_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0), name="price_point_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(compare_at_minor__isnull=True)
                | Q(amount_minor__isnull=False, compare_at_minor__gt=F("amount_minor")),
                name="price_point_compare_at_above",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.amount_minor} from {self.at}"


class Sale(models.Model):
    """Lower prices for some variants of one list, from a moment to a moment. Its prices are fixed when it is scheduled."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="sales")
    starts_at = models.DateTimeField(_("starts"))
    # The first moment in which it no longer holds. Moved forward when it is ended early.
    ends_at = models.DateTimeField(_("ends"))
    # How the prices were made ({"percent": "20", "ending": "99"}), in words for whoever looks back.
    terms = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Where it is an automatic promotion as product pages show it: kept by ``promotions.shelf``.
    promotion = models.ForeignKey(
        "catalogue.Promotion", on_delete=models.PROTECT, null=True, blank=True, related_name="sales"
    )

    class Meta:
        verbose_name = _("sale")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sale_ends_after_start"),
        ]
        indexes = [models.Index(fields=["price_list", "-starts_at"], name="sale_newest")]

    def __str__(self) -> str:
        return self.name


class SalePrice(models.Model):
    """One variant's price in a sale. No two of a variant and list overlap: on PostgreSQL an exclusion constraint of the
    migration holds that, on SQLite, where writers follow each other, the action that takes the lock."""

    class Told(models.IntegerChoices):
        """What pages, search and feeds have been told of it."""

        NOTHING = 0
        START = 1
        END = 2

    id = models.BigAutoField(primary_key=True)
    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="prices")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="+")
    # List and times are the sale's, beside the variant for the constraint and for one quick look.
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    amount_minor = models.BigIntegerField(_("sale price"))
    # The lowest price of the 30 days before the start; until then, what it will be if nothing changes.
    lowest_30_minor = models.BigIntegerField(null=True, blank=True)
    told = models.PositiveSmallIntegerField(choices=Told, default=Told.NOTHING)

    class Meta:
        verbose_name = _("sale price")
        constraints = [
            models.UniqueConstraint(fields=["sale", "variant"], name="sale_price_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="sale_price_not_negative"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sale_price_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["variant", "price_list", "starts_at"], name="sale_price_running"),
            models.Index(fields=["starts_at"], condition=Q(told=0), name="sale_price_to_start"),
            models.Index(fields=["ends_at"], condition=Q(told=1), name="sale_price_to_end"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.amount_minor}"


class GroupPriceList(models.Model):
    """The list on which a group of customers finds its prices in a market; what that lacks, it pays as everybody."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey("customers.CustomerGroup", on_delete=models.CASCADE, related_name="+")
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="group_lists")

    class Meta:
        verbose_name = _("price list of a group")
        constraints = [models.UniqueConstraint(fields=["group", "market"], name="group_price_list_once")]

    def __str__(self) -> str:
        return f"{self.group_id} in {self.market_id}: {self.price_list_id}"
