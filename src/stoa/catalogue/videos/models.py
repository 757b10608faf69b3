from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stoa.kernel import clock


class Video(models.Model):
    """A film that the shop serves itself: MP4 or WebM, checked by its first bytes, never re-encoded."""

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to="videos/")
    # ``mp4`` or ``webm``, by what the file is and not by its name.
    kind = models.CharField(max_length=4, editable=False)
    bytes = models.BigIntegerField(editable=False)
    content_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Shown until somebody presses play. Without one the browser shows a dark field.
    poster = models.ForeignKey(
        "catalogue.Picture",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("poster"),
    )
    # WebVTT: what is said, for those who cannot hear it.
    captions = models.FileField(_("captions"), upload_to="videos/", blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["mp4", "webm"]), name="video_kind_known"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="video_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title
