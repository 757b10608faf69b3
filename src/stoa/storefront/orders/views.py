from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.web import ratelimit
from stoa.operations.downloads import actions as downloads
from stoa.operations.orders import queries as orders
from stoa.operations.payments import actions as payments
from stoa.storefront.orders.shown import shown
from stoa.storefront.problems import Problem, problem_of
from stoa.storefront.responses import SeeOther, secret_address
from stoa.storefront.visitor import actor_of

if TYPE_CHECKING:
    from stoa.operations.orders.models import Order


# Questions from one network in an hour.
QUESTIONS, SECONDS = 20, 3600


@require_safe
@secret_address
def order_page(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Thank-you page and order status: whoever has the link may look."""
    return _page(request, _order(number, token))


@require_POST
@secret_address
def pay(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Try again, or pay in another way, while the order waits for its money."""
    order = _order(number, token)
    try:
        return SeeOther(pay_again(request, order))
    except DomainError as error:
        return _page(request, order, problem_of(error))


@require_POST
@secret_address
def ask_for_file(request: HttpRequest, number: str, token: str, grant_id: int) -> HttpResponse:
    """A fresh link for a file that was bought: the shop is asked, and answers by mail."""
    order = _order(number, token)
    if not ratelimit.hit("download_ask", getattr(request, "client_ip", ""), QUESTIONS, SECONDS):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        downloads.ask(order.pk, grant_id, actor=actor_of(request))
    except NotFoundError as error:
        raise Http404 from error
    except DomainError as error:
        return _page(request, order, problem_of(error))
    return SeeOther(f"{orders.order_path(order)}#files")


def pay_again(request: HttpRequest, order: Order) -> str:
    """Where the buyer goes on. Raises the DomainErrors of ``payments``."""
    method, client = request.POST.get("payment", ""), getattr(request, "client_ip", "")
    if method and method != order.payment_method:
        return payments.change_method(order.pk, method, actor=actor_of(request), client=client)
    return payments.retry_payment(order.pk, actor=actor_of(request), client=client)


def _order(number: str, token: str) -> Order:
    try:
        return orders.order_by_token(number, token)
    except NotFoundError as error:
        raise Http404 from error


def _page(request: HttpRequest, order: Order, problem: Problem | None = None) -> HttpResponse:
    view = shown(order)
    context = {
        "order": view,
        "payments": view.methods,
        "pay_url": f"{orders.order_path(order)}payment/",
        "problem": problem,
    }
    return render(request, "storefront/orders/order.html", context, status=problem.status if problem else 200)
