from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Cart(models.Model):
    """What somebody means to buy. A guest's is found by a cookie (its hash is kept), a customer's by the log-in."""

    id = models.BigAutoField(primary_key=True)
    token_hash = models.CharField(max_length=64, unique=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.SET_NULL, null=True, blank=True, related_name="carts"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # When it became an order, or was merged into another cart. A closed cart never changes again.
    closed_at = models.DateTimeField(null=True, blank=True)
    # Codes of promotions as they were typed (casefolded), in the order in which they came.
    codes = models.JSONField(default=list, blank=True)
    # Gift cards that are to pay, by their keys: of the code that was typed nothing is kept.
    gift_cards = models.JSONField(default=list, blank=True)
    # Where its buyer came from, as the address said ("utm_source" and the like, lower case), for promotions of a source.
    sources = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("cart")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "market"],
                condition=Q(closed_at__isnull=True, customer__isnull=False),
                name="cart_one_open_per_customer",
            )
        ]
        indexes = [models.Index(fields=["updated_at"], condition=Q(closed_at__isnull=True), name="cart_open")]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    # What one cost when the buyer last chose the quantity, so that the cart can say what has changed since.
    seen_unit_minor = models.BigIntegerField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=999), name="cart_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"
