from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Menu(models.Model):
    """The links in the header or the footer of one shop front. A tree of at most three levels, see ``rules.py``.

    Its targets are numbers inside the JSON and no foreign keys: what is hidden or deleted leaves the page by itself, and the
    editor says so.
    """

    class Place(models.TextChoices):
        HEADER = "header", _("Header")
        FOOTER = "footer", _("Footer")

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(_("place"), max_length=8, choices=Place)
    # What visitors see. Empty: the category tree.
    items = models.JSONField(default=list)
    # What the editor works on.
    draft = models.JSONField(default=list)
    # Drafts before the last steps, the newest last, for undo.
    history = models.JSONField(default=list)
    # Grows with every step, so that two people at one menu do not overwrite each other.
    version = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("menu")
        constraints = [models.UniqueConstraint(fields=["market", "place"], name="menu_once_per_place")]

    def __str__(self) -> str:
        return f"{self.place} of market {self.market_id}"
