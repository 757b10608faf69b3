from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST = 100


class SearchDay(models.Model):
    """How often something was searched for in a shop front on a day (of the market's calendar), by anybody.

    ``text`` is folded as the search folds it; ``shown`` is how the first one typed it, in small letters.
    """

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    text = models.CharField(_("query"), max_length=LONGEST)
    shown = models.CharField(_("query"), max_length=LONGEST)
    times = models.PositiveIntegerField(_("searches"), default=0)
    # What the last search of the day found.
    results = models.PositiveIntegerField(_("results"), default=0)
    clicks = models.PositiveIntegerField(_("clicks"), default=0)

    class Meta:
        verbose_name = _("searches of a day")
        verbose_name_plural = _("searches of a day")
        constraints = [models.UniqueConstraint(fields=["market", "day", "text"], name="search_once_a_day")]
        indexes = [models.Index(fields=["market", "text", "day"], name="search_text")]

    def __str__(self) -> str:
        return f"{self.shown}, {self.day}"


class SearchClick(models.Model):
    """Which product was opened from the results of a query, how often, and how far down it stood."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    text = models.CharField(_("query"), max_length=LONGEST)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    clicks = models.PositiveIntegerField(_("clicks"), default=0)
    # Places in the list, counted from 1, added up: divided by the clicks, the mean place.
    places = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("clicks of a day")
        verbose_name_plural = _("clicks of a day")
        constraints = [
            models.UniqueConstraint(fields=["market", "day", "text", "product"], name="search_click_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.text}: {self.product_id}"


class SearchRedirect(models.Model):
    """A query that leads to a page instead of a list ("returns" to /returns/)."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("query"), max_length=LONGEST)
    shown = models.CharField(_("query"), max_length=LONGEST)
    # A path of the shop, or an address elsewhere.
    target = models.CharField(_("leads to"), max_length=500)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("search redirect")
        constraints = [
            models.UniqueConstraint(fields=["market", "text"], name="search_redirect_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(target=""), name="search_redirect_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.shown} -> {self.target}"


class SourcingNote(models.Model):
    """Something that people look for and the shop does not have: to be found a supplier for, or not."""

    class State(models.TextChoices):
        OPEN = "open", _("to look into")
        SOURCING = "sourcing", _("being sourced")
        DONE = "done", _("in the shop")
        DISMISSED = "dismissed", _("not for us")

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("query"), max_length=LONGEST)
    shown = models.CharField(_("looked for"), max_length=LONGEST)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("noted"))
    created_by = models.CharField(_("by"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("sourcing note")
        constraints = [
            models.UniqueConstraint(
                fields=["market", "text"], condition=Q(state__in=["open", "sourcing"]), name="sourcing_once_open"
            )
        ]

    def __str__(self) -> str:
        return self.shown
