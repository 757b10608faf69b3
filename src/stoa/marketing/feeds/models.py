from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FeedSettings(models.Model):
    """How a market's goods are told to shopping networks, and the terms of returns that they and search engines show."""

    class Fees(models.TextChoices):
        FREE = "free", _("free of charge")
        BUYER = "buyer", _("the buyer pays the postage")

    market = models.OneToOneField("catalogue.Market", on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_offered = models.BooleanField(_("offered"), default=True)
    # Of the price without tax: below the first the band is "low", from the second on "high".
    margin_low = models.PositiveSmallIntegerField(
        _("low margin below, in %"), default=20, validators=[MaxValueValidator(99)]
    )
    margin_high = models.PositiveSmallIntegerField(
        _("high margin from, in %"), default=50, validators=[MaxValueValidator(99)]
    )
    google_category = models.CharField(_("Google category of all other goods"), max_length=250, blank=True)
    return_days = models.PositiveSmallIntegerField(_("days to return goods"), null=True, blank=True)
    return_fees = models.CharField(_("returns are"), max_length=8, choices=Fees, default=Fees.FREE)

    class Meta:
        verbose_name = _("feed settings")
        constraints = [
            models.CheckConstraint(condition=Q(margin_low__lte=models.F("margin_high")), name="feed_margins_in_order")
        ]

    def __str__(self) -> str:
        return str(self.market_id)


class FeedState(models.Model):
    """How far a market's feed has followed the changes of the shop."""

    market = models.OneToOneField("catalogue.Market", on_delete=models.CASCADE, primary_key=True, related_name="+")
    # The last purge that it has followed, and those just before it that it has seen (they may appear out of order).
    position = models.BigIntegerField(default=0)
    seen = models.JSONField(default=list)
    # Changes with every change of what is in the feed: the name of its file, and its ETag.
    version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    # Products up to this one are done; None where no rebuilding is under way.
    rebuilt_to = models.BigIntegerField(null=True, blank=True)
    rebuilt_at = models.DateTimeField(null=True, blank=True)
    is_stale = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("state of a feed")

    def __str__(self) -> str:
        return f"{self.market_id}: {self.version}"


class FeedProduct(models.Model):
    """A product's items in a market's feed, as they are sent."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    google = models.TextField(blank=True)
    meta = models.TextField(blank=True)
    items = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("feed product")
        constraints = [models.UniqueConstraint(fields=["market", "product"], name="feed_product_once")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.items}"


class FeedProblem(models.Model):
    """What a shopping network would object to in an item. An error keeps the item out of the feed."""

    class Severity(models.TextChoices):
        ERROR = "error", _("left out")
        WARNING = "warning", _("could be better")

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    code = models.CharField(_("problem"), max_length=40)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("feed problem")
        indexes = [models.Index(fields=["market", "severity", "code"], name="feed_problem_kind")]

    def __str__(self) -> str:
        return f"{self.code}: {self.product_id}"


class FeedExclusion(models.Model):
    """A product that is sold in the shop and told to nobody else."""

    product = models.OneToOneField("catalogue.Product", on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("feed exclusion")

    def __str__(self) -> str:
        return str(self.product_id)


class FeedCategory(models.Model):
    """What Google calls a category of ours, and all below it that have no name of their own."""

    category = models.OneToOneField("catalogue.Category", on_delete=models.CASCADE, primary_key=True, related_name="+")
    # Its number or its path in Google's taxonomy.
    google_category = models.CharField(_("Google category"), max_length=250)

    class Meta:
        verbose_name = _("feed category")
        verbose_name_plural = _("feed categories")

    def __str__(self) -> str:
        return self.google_category
