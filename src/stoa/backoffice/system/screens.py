"""One mail, the texts of every kind of mail, and the steps of the machinery."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.utils.decorators import xframe_options_sameorigin_override

from stoa.backoffice.guard import Screen, actor_of, may, member_of, step
from stoa.backoffice.orders import tones
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import default_market
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.jobs import actions as jobs
from stoa.kernel.models import Delivery, JobRun
from stoa.kernel.outbox import actions as outbox
from stoa.operations.models import MailMessage
from stoa.operations.notifications import actions as notifications
from stoa.operations.notifications import queries as mails
from stoa.operations.notifications.composing import KINDS

SEE_MAIL = "operations.view_mailmessage"
# Mails with account links are for owners: whoever reads one could take an account over.
SEE_SECRETS = "customers.change_user"

KIND_LABELS = {
    "order_received": _("Order received"),
    "order_paid": _("Payment received"),
    "order_files": _("Files of an order"),
    "order_shipped": _("Order shipped"),
    "order_refunded": _("Money given back"),
    "order_cancelled": _("Order cancelled"),
    "order_document": _("Invoice or credit note"),
    "payment_returned": _("Payment sent back"),
    "account_verify": _("Confirm the address"),
    "account_reset": _("New password"),
    "account_exists": _("The address has an account already"),
    "account_unknown": _("The address has no account"),
    "account_password_changed": _("Password changed"),
    "account_email_changed": _("Address changed"),
    "account_notice": _("Note about the account"),
}


def readable_mail(user: Any, mail_id: int) -> MailMessage:
    """The mail, where this person may read it. Raises Http404."""
    try:
        mail = mails.mail(mail_id)
    except NotFoundError as error:
        raise Http404 from error
    if mail.is_secret and not may(user, SEE_SECRETS):
        raise Http404
    return mail


class MailScreen(Page):
    right = SEE_MAIL
    template_name = "backoffice/system/mail.html"
    header_icon = "mail"
    parents = ((_("Mail log"), "backoffice:mails"),)

    def get_page_title(self) -> str:
        return self.mail.subject

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.mail = readable_mail(self.request.user, kwargs["mail_id"])
        return {**super().get_context_data(**kwargs), "mail": self.mail, "tone": tones.MAIL.get(self.mail.state, "")}


@method_decorator(xframe_options_sameorigin_override, name="dispatch")
class MailBody(Screen, View):
    """The HTML of a mail, to be shown in a sandboxed frame: nothing in it runs."""

    right = SEE_MAIL

    def get(self, request: HttpRequest, mail_id: int) -> HttpResponse:
        return inert(readable_mail(request.user, mail_id).html)


@method_decorator(xframe_options_sameorigin_override, name="dispatch")
class KindBody(Screen, View):
    right = SEE_MAIL

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        return inert(_preview(kind).html)


def inert(html: str) -> HttpResponse:
    """A page without scripts, forms or any access to ours."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _preview(kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    return mails.preview(kind)


class Kinds(Page):
    right = SEE_MAIL
    template_name = "backoffice/system/kinds.html"
    page_title = _("Mail texts")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "kinds": [(kind, KIND_LABELS.get(kind, kind.replace("_", " "))) for kind in KINDS],
            "sender": settings.STOA_MAIL_FROM or default_market().email,
            "has_server": bool(settings.STOA_SMTP_URL),
            "may_test": self.may("operations.resend_mailmessage"),
            "may_read_all": self.may(SEE_SECRETS),
        }


class KindScreen(Page):
    right = SEE_MAIL
    template_name = "backoffice/system/kind.html"
    header_icon = "mail"
    parents = ((_("Mail texts"), "backoffice:mail_kinds"),)

    @cached_property
    def kind(self) -> str:
        return self.kwargs["kind"]

    def get_page_title(self) -> Any:
        return KIND_LABELS.get(self.kind, self.kind.replace("_", " "))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "kind": self.kind, "mail": _preview(self.kind)}


class TestMailForm(forms.Form):
    recipient = forms.EmailField(label=_("To"), max_length=254)


class TestMail(FormPage):
    right = "operations.resend_mailmessage"
    form_class = TestMailForm
    page_title = _("Send a test mail")
    header_icon = "mail"
    submit_label = _("Send")
    success_message = _("On its way. It stands in the mail log, with what the mail server said.")
    success_url_name = "backoffice:mails"
    parents = ((_("Mail texts"), "backoffice:mail_kinds"),)

    def get_initial(self) -> dict[str, Any]:
        return {"recipient": member_of(self.request).email}

    def perform(self, values: dict[str, Any]) -> Any:
        context = {
            "subject": _t("A test mail"),
            "text": _t("If you can read this, mails of your shop arrive."),
            "url": "",
        }
        return notifications.queue_account_mail("account_notice", values["recipient"], context)


@step("operations.resend_mailmessage", "backoffice:mails")
def resend(request: HttpRequest, mail_id: int) -> str:
    mail = readable_mail(request.user, mail_id)
    notifications.resend(mail.pk, actor_of(request))
    return _t("On its way to %(who)s again.") % {"who": mail.recipient}


@step("kernel.replay_delivery", "backoffice:deliveries")
def replay(request: HttpRequest, delivery_id: int) -> str:
    if not outbox.replay(get_object_or_404(Delivery, pk=delivery_id), actor_of(request)):
        raise DomainError(_t("A worker has it in hand at this moment."))
    return _t("It will be delivered again within seconds.")


@step("kernel.replay_delivery", "backoffice:jobs")
def retry_job(request: HttpRequest, job_id: UUID) -> str:
    if not jobs.retry(get_object_or_404(JobRun, pk=job_id), actor=actor_of(request)):
        raise DomainError(_t("Only a job that failed can run again."))
    return _t("It will run again within seconds.")
