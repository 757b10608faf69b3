from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DigitalFile(models.Model):
    """A file that buyers of a product get, or of one of its variants. Its bytes lie in the private storage.

    A new version takes the place of the old one: who has bought the file gets the newest. A file that somebody has
    bought and that is taken off the product is only withdrawn: nobody new gets it, its buyers keep it.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="files")
    # Null: every variant of the product comes with it.
    variant = models.ForeignKey(
        "catalogue.Variant", on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    # What buyers see and what the file is called on their machine.
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.BigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    version = models.PositiveIntegerField(_("version"), default=1)
    # Where the bytes are, in the private storage. Random: it says nothing and cannot be guessed.
    path = models.CharField(max_length=120, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="digital_file_not_empty"),
            models.CheckConstraint(condition=~Q(name=""), name="digital_file_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class DownloadTerms(models.Model):
    """How long, and how often, the files of one product can be downloaded, where that is not as in the whole shop."""

    product = models.OneToOneField(
        "catalogue.Product", on_delete=models.CASCADE, primary_key=True, related_name="download_terms"
    )
    # 0: for ever, and as often as one likes. Null: as the shop has it.
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    downloads = models.PositiveIntegerField(_("downloads"), null=True, blank=True)

    class Meta:
        verbose_name = _("download terms")
        verbose_name_plural = _("download terms")

    def __str__(self) -> str:
        return f"{self.product_id}: {self.days} days, {self.downloads} downloads"
