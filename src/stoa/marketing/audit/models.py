from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditRun(models.Model):
    """One walk over the public pages of a market. It goes on from ``after`` when it was interrupted."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Where the page source goes on; its own words.
    after = models.CharField(max_length=200, blank=True)
    pages = models.PositiveIntegerField(_("pages"), default=0)

    class Meta:
        verbose_name = _("page audit")
        constraints = [
            models.UniqueConstraint(fields=["market"], condition=Q(state="running"), name="audit_one_running")
        ]

    def __str__(self) -> str:
        return f"{self.market_id}, {self.started_at:%Y-%m-%d %H:%M}"


class AuditPage(models.Model):
    """What a run saw of a page: enough to find two that say the same."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(_("address"), max_length=400)
    kind = models.CharField(_("kind"), max_length=20)
    subject_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    # Digests of the folded title and description; blank for none.
    title_key = models.CharField(max_length=32, blank=True)
    description_key = models.CharField(max_length=32, blank=True)
    words = models.PositiveIntegerField(_("words"), default=0)
    run = models.ForeignKey(AuditRun, on_delete=models.CASCADE, related_name="seen")

    class Meta:
        verbose_name = _("audited page")
        constraints = [models.UniqueConstraint(fields=["market", "address"], name="audit_page_once")]
        indexes = [
            models.Index(fields=["market", "title_key"], name="audit_page_title"),
            models.Index(fields=["market", "description_key"], name="audit_page_description"),
        ]

    def __str__(self) -> str:
        return self.address


class AuditFinding(models.Model):
    """Something on a page that is worth mending. It stays when it is fixed, with the day."""

    class Priority(models.IntegerChoices):
        HIGH = 1, _("high")
        MEDIUM = 2, _("medium")
        LOW = 3, _("low")

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(_("finding"), max_length=40)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority)
    address = models.CharField(_("address"), max_length=400)
    kind = models.CharField(_("kind"), max_length=20)
    subject_id = models.BigIntegerField(null=True, blank=True)
    # What it is about: the broken link, the picture, the property. Part of what makes a finding itself.
    about = models.CharField(max_length=300, blank=True)
    # More words, which may differ from run to run ("34 words").
    detail = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))
    fixed_at = models.DateTimeField(_("fixed"), null=True, blank=True)
    run = models.ForeignKey(AuditRun, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("finding")
        constraints = [models.UniqueConstraint(fields=["market", "address", "code", "about"], name="finding_once")]
        indexes = [models.Index(fields=["market", "fixed_at", "priority"], name="finding_open")]

    def __str__(self) -> str:
        return f"{self.code}: {self.address}"
