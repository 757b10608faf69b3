from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stoa.customers.identity import actions as identity
from stoa.customers.identity import queries as customers
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.operations.downloads import queries as downloads
from stoa.operations.orders import queries as orders
from stoa.storefront import countries
from stoa.storefront.account.forms import address_data, address_errors, address_form, profile_form
from stoa.storefront.fields import with_errors
from stoa.storefront.orders.shown import shown
from stoa.storefront.orders.views import pay_again
from stoa.storefront.problems import Problem, problem_of
from stoa.storefront.responses import SeeOther, secret_address
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.customers.identity.models import Customer
    from stoa.operations.orders.models import Order

ORDERS_A_PAGE, DOWNLOADS_A_PAGE = 20, 40
CustomerView = Callable[..., HttpResponseBase]


def for_customers(view: CustomerView) -> CustomerView:
    """``view(request, customer, ...)`` for who is logged in; everybody else is asked to log in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/account/")
        # Staff who look at their own account are customers too, as soon as they have one.
        customer = customers.customer_of_user(request.user) or identity.link_user(request.user, request.user.email)
        try:
            return view(request, customer, *args, **kwargs)
        except NotFoundError as error:
            raise Http404 from error

    return secret_address(guarded)


def _actor(customer: Customer) -> Actor:
    return Actor.customer(customer.user_id or 0, customer.email)


@require_safe
@for_customers
def home(request: HttpRequest, customer: Customer) -> HttpResponse:
    address = customers.addresses_of(customer).first()
    context = {
        "customer": customer,
        "orders": list(orders.orders_of(customer)[:5]),
        "address": address,
        "country": countries.name(address.country, market_of(request).language) if address else "",
    }
    return render(request, "storefront/account/home.html", context)


@require_safe
@for_customers
def order_list(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = Paginator(orders.orders_of(customer), ORDERS_A_PAGE).get_page(request.GET.get("page"))
    pages = {
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    context = {"orders": list(page), "pages": pages if page.has_other_pages() else None}
    return render(request, "storefront/account/orders.html", context)


@require_safe
@for_customers
def order_page(request: HttpRequest, customer: Customer, number: str) -> HttpResponse:
    return _order_page(request, orders.order_of(customer, number))


@require_POST
@for_customers
def order_payment(request: HttpRequest, customer: Customer, number: str) -> HttpResponse:
    order = orders.order_of(customer, number)
    try:
        return SeeOther(pay_again(request, order))
    except DomainError as error:
        return _order_page(request, order, problem_of(error))


@require_safe
@for_customers
def download_list(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = Paginator(downloads.downloads_of(customer), DOWNLOADS_A_PAGE).get_page(request.GET.get("page"))
    pages = {
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    context = {"downloads": list(page), "pages": pages if page.has_other_pages() else None}
    return render(request, "storefront/account/downloads.html", context)


def _order_page(request: HttpRequest, order: Order, problem: Problem | None = None) -> HttpResponse:
    view = shown(order)
    context = {
        "order": view,
        "payments": view.methods,
        "pay_url": f"/account/orders/{order.number}/payment/",
        "problem": problem,
    }
    return render(request, "storefront/account/order.html", context, status=problem.status if problem else 200)


@require_safe
@for_customers
def address_list(request: HttpRequest, customer: Customer) -> HttpResponse:
    language = market_of(request).language
    entries = [
        {"address": entry, "country": countries.name(entry.country, language)}
        for entry in customers.addresses_of(customer)
    ]
    return render(request, "storefront/account/addresses.html", {"entries": entries})


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def address(request: HttpRequest, customer: Customer, address_id: int | None = None) -> HttpResponse:
    """A new entry of the address book, or one that is there."""
    existing = customers.address_of(customer, address_id) if address_id is not None else None
    market = market_of(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        data = address_data(request.POST, address_id)
        errors = address_errors(data, market)
        if not errors:
            identity.save_address(customer, data, _actor(customer))
            messages.success(request, _("The address is saved."))
            return SeeOther("/account/addresses/")
    fields = address_form(request.POST if request.method == "POST" else existing, market, errors)
    context = {
        "heading": _("Change address") if existing else _("New address"),
        "form": fields,
        "errors": with_errors(fields),
        "is_default": bool(request.POST.get("is_default")) or (existing is not None and existing.is_default),
    }
    return render(request, "storefront/account/address.html", context, status=422 if errors else 200)


@require_POST
@for_customers
def address_deletion(request: HttpRequest, customer: Customer, address_id: int) -> HttpResponse:
    identity.delete_address(customer, address_id, _actor(customer))
    messages.success(request, _("The address is deleted."))
    return SeeOther("/account/addresses/")


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def profile(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Name and telephone. The e-mail address is a log-in and is changed on a page of its own, with proof."""
    if request.method == "POST":
        changes = {field: request.POST.get(field, "") for field in ("name", "phone")}
        identity.update_customer(customer, actor=_actor(customer), **changes)
        messages.success(request, _("Your profile is saved."))
        return SeeOther("/account/profile/")
    return render(request, "storefront/account/profile.html", {"form": profile_form(customer)})
