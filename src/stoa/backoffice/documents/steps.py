"""What staff do to documents. Each is a resource, a POST and one action."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.kernel.errors import DomainError
from stoa.operations.documents import actions
from stoa.operations.models import Document, DocumentFailure, Order, Refund

ISSUE = "operations.issue_document"
ORDER = "backoffice:order"


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


@step(ISSUE, ORDER)
def issue(request: HttpRequest, order_id: int) -> str:
    issued = actions.issue_invoice(get_object_or_404(Order, pk=order_id).pk, actor=actor_of(request))
    return _("Invoice %(number)s is issued.") % {"number": issued.number}


@step(ISSUE, ORDER)
def credit(request: HttpRequest, order_id: int, refund_id: int) -> str:
    refund = get_object_or_404(Refund, pk=refund_id, payment__order_id=order_id)
    issued = actions.issue_credit_note(refund.pk, actor=actor_of(request))
    return _("Credit note %(number)s is issued.") % {"number": issued.number}


@step(ISSUE, ORDER)
def call_off(request: HttpRequest, order_id: int) -> str:
    reason = cleaned(ReasonForm(request.POST))["reason"]
    issued = actions.call_off_invoice(get_object_or_404(Order, pk=order_id).pk, reason, actor=actor_of(request))
    return _("The invoice is called off by %(number)s.") % {"number": issued.number}


@step("operations.resend_mailmessage", ORDER)
def mail(request: HttpRequest, order_id: int, document_id: int) -> str:
    document = get_object_or_404(Document.objects.only("pk"), pk=document_id, order_id=order_id)
    actions.mail_again(document.pk, actor=actor_of(request))
    return _("The buyer gets a mail with the link.")


@step(ISSUE, ORDER)
def retry(request: HttpRequest, order_id: int, failure_id: int) -> str:
    failure = get_object_or_404(DocumentFailure, pk=failure_id, order_id=order_id)
    issued = actions.try_again(failure.pk, actor=actor_of(request))
    again = DocumentFailure.objects.filter(pk=failure.pk).first()
    if again is not None:
        raise DomainError(again.reason)
    return _("%(number)s is issued.") % {"number": issued.number} if issued else _("There was nothing left to issue.")


@step(ISSUE, ORDER)
def dismiss(request: HttpRequest, order_id: int, failure_id: int) -> str:
    actions.dismiss(get_object_or_404(DocumentFailure, pk=failure_id, order_id=order_id).pk, actor=actor_of(request))
    return _("Put aside.")
