"""Who writes: shown under guides and journal posts, and named in their JSON-LD."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Author(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=130, unique=True)
    role = models.CharField(_("what they do"), max_length=120, blank=True)
    bio = models.TextField(_("about them"), max_length=1000, blank=True)
    picture = models.ForeignKey(
        "catalogue.Picture",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
