from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Location(models.Model):
    """A place with stock. Its markets sell from it, in the order of ``priority``."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_pickup_point = models.BooleanField(_("customers may collect here"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    markets = models.ManyToManyField("catalogue.Market", related_name="locations", blank=True)

    class Meta:
        verbose_name = _("location")
        ordering = ["priority", "id"]

    def __str__(self) -> str:
        return self.name


class StockLevel(models.Model):
    """How many of one variant lie at one location, and how many of them are promised.

    Both counters change only by the guarded UPDATEs of ``levels``. Under ``backorder``, up to ``backorder_limit`` units
    more than there are may be promised, for ``backorder_date``; on hand is then negative by what is owed. Back under
    ``deny``, the limit keeps what was owed at that moment, and no longer allows anything.
    """

    class Policy(models.TextChoices):
        DENY = "deny", _("stop selling")
        BACKORDER = "backorder", _("sell for a later date")

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.PROTECT, related_name="levels")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="levels")
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    policy = models.CharField(_("when sold out"), max_length=10, choices=Policy, default=Policy.DENY)
    backorder_limit = models.PositiveIntegerField(_("back-order limit"), default=0)
    backorder_date = models.DateField(_("expected"), null=True, blank=True)

    class Meta:
        verbose_name = _("stock level")
        permissions = [
            ("adjust_stock", "Can correct stock"),
            ("change_policy", "Can decide what happens when sold out"),
            ("export_stock", "Can export stock and its ledger"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["variant", "location"], name="level_once_per_place"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="level_reserved_not_negative"),
            # The last word against overselling: whatever the code above it did, this does not commit.
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved") - F("backorder_limit")), name="level_never_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} at {self.location_id}: {self.on_hand}"


class StockMove(models.Model):
    """An entry of the stock ledger. Never edited: a mistake is mended by a second move."""

    class Reason(models.TextChoices):
        OPENING = "opening", _("opening stock")
        RECEIVED = "received", _("received")
        SOLD = "sold", _("sold")
        RETURNED = "returned", _("returned")
        CANCELLED = "cancelled", _("sale cancelled")
        COUNTED = "counted", _("stock-take")
        DAMAGED = "damaged", _("damaged or lost")
        CORRECTED = "corrected", _("correction")

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.PROTECT, related_name="moves")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="moves")
    quantity = models.IntegerField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    # What caused it, in words: "order:1042", "import:7". The same document, reason and variant may move only once
    # where ``key`` is set, so a repeated claim or restock cannot count twice.
    document = models.CharField(_("document"), max_length=80, blank=True, db_index=True)
    key = models.CharField(max_length=160, unique=True, null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    actor = models.CharField(_("by"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stock move")
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="move_not_zero")]
        indexes = [
            models.Index(fields=["variant", "location", "id"], name="move_level"),
            models.Index(fields=["at"], name="move_time"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.variant_id} {self.reason}"


class Reservation(models.Model):
    """Units held for a document, most often an order that is being paid."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLAIMED = "claimed", _("claimed")
        RELEASED = "released", _("released")
        EXPIRED = "expired", _("expired")

    id = models.BigAutoField(primary_key=True)
    document = models.CharField(max_length=80, db_index=True)
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.PROTECT, related_name="reservations")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    # Which share of the document's units of this variant, where several locations hold them: 0, 1, ...
    part = models.PositiveSmallIntegerField(default=0)
    # Set where some of the units are not there yet: the date that was promised.
    backorder_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    actor = models.CharField(_("by"), max_length=200, blank=True, default="")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reservation")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_positive"),
            # A document holds its units once, however often and from wherever they are asked for.
            models.UniqueConstraint(
                fields=["document", "variant", "part"], condition=Q(state="open"), name="reservation_once_per_document"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="reservation_open"),
            models.Index(fields=["variant", "location"], condition=Q(state="open"), name="reservation_open_level"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id} for {self.document}"
