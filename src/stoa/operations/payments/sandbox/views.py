"""The test provider's hosted page, as the buyer meets it. It shares nothing with the shop but the address."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stoa.kernel.money import Money
from stoa.operations.payments.sandbox import server
from stoa.operations.payments.sandbox.models import SandboxPayment
from stoa.operations.payments.sandbox.tasks import deliver_webhooks


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hosted_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Pay, decline, ask for extra authentication, or close the window."""
    session = _session(reference)
    if request.method != "POST":
        return _page(request, session)
    step = request.POST.get("step", "")
    if step == "close":
        # Like a real closed window: nothing is told to anybody, and nobody is sent back.
        return render(request, "operations/sandbox/closed.html", {"session": session})
    if step == "authenticate":
        server.ask_for_authentication(reference)
        return HttpResponseRedirect(request.path)
    if step == "pay":
        server.pay(reference)
    elif step == "decline":
        server.decline(reference)
    else:
        return _page(request, session, status=400)
    deliver_webhooks.enqueue()
    return HttpResponseRedirect(_return_path(session))


def _page(request: HttpRequest, session: SandboxPayment, status: int = 200) -> HttpResponse:
    context = {
        "session": session,
        "amount": Money(session.amount_minor, session.currency).format(get_language() or "en"),
        "is_unpaid": session.status in server.UNPAID,
        "return_path": _return_path(session),
    }
    template = "authenticate" if session.status == "authenticating" else "pay"
    return render(request, f"operations/sandbox/{template}.html", context, status=status)


def _return_path(session: SandboxPayment) -> str:
    """Without our own origin in front, so that the buyer stays under the name by which the shop was opened."""
    return session.return_url.removeprefix(settings.STOA_BASE_URL)


def _session(reference: str) -> SandboxPayment:
    if not settings.STOA_SANDBOX_PAYMENTS:
        raise Http404
    try:
        return SandboxPayment.objects.get(reference=reference)
    except SandboxPayment.DoesNotExist:
        raise Http404 from None
