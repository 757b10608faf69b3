"""Where buyers and providers come back to."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from stoa.kernel.web.origin import origin_exempt
from stoa.operations.payments import actions, addresses
from stoa.operations.payments.models import Payment
from stoa.operations.payments.webhooks import MAX_BODY


@require_GET
@never_cache
def payment_return(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """Back from the provider's page. Nothing in the address is believed but its key, which opens the order's page."""
    if not addresses.is_return_key(payment_uuid, request.GET.get("key", "")):
        raise Http404
    order = actions.return_from_provider(payment_uuid)
    return HttpResponseRedirect(addresses.order_path(order))


@require_GET
@never_cache
def payment_onward(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """The last page of the shop before the provider's: goes on by itself, without a script, and has a link."""
    if not addresses.is_return_key(payment_uuid, request.GET.get("key", "")):
        raise Http404
    payment = Payment.objects.select_related("order").filter(uuid=payment_uuid).first()
    if payment is None:
        raise Http404
    if payment.status != Payment.Status.PENDING or not payment.redirect_url.startswith(("https://", "http://")):
        return HttpResponseRedirect(addresses.order_path(payment.order))
    context = {"url": payment.redirect_url, "host": urlsplit(payment.redirect_url).hostname, "order": payment.order}
    answer = render(request, "operations/payments/onward.html", context)
    # The address holds a key to the order's page: the provider does not get to see it.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@csrf_exempt
@origin_exempt
@require_POST
def payment_webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider's message. The signature is over the raw body, so that is what is read, and not too much of it."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return HttpResponse(status=400)
    # One byte more than allowed tells a body that is too long from one that just fits.
    body = b"" if announced > MAX_BODY else request.read(MAX_BODY + 1)
    if announced > MAX_BODY:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return HttpResponse(status=actions.receive_webhook(provider, headers, body))
