from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Synonym(models.Model):
    """Other words for what people type. ``words`` and ``others`` are folded as the search sees them."""

    id = models.BigAutoField(primary_key=True)
    # None: in every market.
    market = models.ForeignKey(
        "catalogue.Market", on_delete=models.CASCADE, null=True, blank=True, related_name="synonyms"
    )
    words = models.CharField(_("words"), max_length=100)
    # What is looked for as well: ["settee", "three seater"].
    others = models.JSONField(_("also look for"), default=list)
    # Whether each of the others finds ``words`` and the rest in its turn.
    is_two_way = models.BooleanField(_("both ways"), default=True)

    class Meta:
        verbose_name = _("synonym")
        ordering = ["words", "id"]
        constraints = [
            models.UniqueConstraint(fields=["market", "words"], name="synonym_once_per_market"),
            models.UniqueConstraint(fields=["words"], condition=Q(market=None), name="synonym_once_everywhere"),
            models.CheckConstraint(condition=~Q(words=""), name="synonym_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class Curation(models.Model):
    """A product that the merchant has put first, or left out, for one query."""

    class Kind(models.TextChoices):
        PIN = "pin", _("first")
        HIDE = "hide", _("left out")

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="curations")
    # The query, folded as the search sees it.
    text = models.CharField(_("query"), max_length=100)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="curations")
    kind = models.CharField(max_length=4, choices=Kind)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("search result by hand")
        ordering = ["text", "kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["market", "text", "product"], name="curation_once_per_query"),
            models.CheckConstraint(condition=~Q(text=""), name="curation_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.text}: {self.kind} {self.product_id}"
