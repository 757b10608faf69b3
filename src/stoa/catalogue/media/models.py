from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Picture(AbstractImage):
    """A picture of the media library. The worker makes its renditions; pages read them from ``sources``."""

    # What pages show, once the worker is done:
    # {"avif": [[width, height, path], ...], "webp": [...], "jpeg": [...]}, widths ascending. Empty until then.
    # "focus": [x, y] in percent, where somebody said what matters in the picture.
    sources = models.JSONField(default=dict, blank=True, editable=False)
    # SHA-256 of the original, so that an import recognises a picture that it brought before.
    content_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    # Where the upload lies as it came, without its metadata, in the private storage; blank where nothing was lost.
    original_name = models.CharField(max_length=200, blank=True, editable=False)

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
