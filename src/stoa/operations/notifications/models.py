from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailMessage(models.Model):
    """A mail, from the moment it is due. The unique constraint is what makes it go once per (event, recipient)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    # What it tells of ("outbox:812", "account:reset:…"), and to whom.
    cause = models.CharField(max_length=120)
    recipient = models.EmailField(_("recipient"), max_length=254)
    order = models.ForeignKey(
        "operations.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    subject = models.CharField(_("subject"), max_length=250)
    # Emptied after sending where the mail held a secret link.
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False)
    # Also the Message-ID, so that a provider can recognise a repeated hand-over.
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    resent_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("mail")
        permissions = [("resend_mailmessage", "Can send mails again")]
        constraints = [models.UniqueConstraint(fields=["cause", "kind", "recipient"], name="mail_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "sending"]), name="mail_due"),
            models.Index(fields=["-created_at"], name="mail_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
