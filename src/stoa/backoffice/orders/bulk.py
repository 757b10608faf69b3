"""Steps for many orders at once, in Wagtail's bulk frame. Each order is a transaction of its own; refusals are counted."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import actor_of, may
from stoa.backoffice.orders.listing import EXPORT_HEADER, OrderList, export_row
from stoa.kernel.errors import DomainError
from stoa.kernel.web.attachment import attachment
from stoa.operations.documents.actions import begin_batch
from stoa.operations.documents.queries import PACKING_SLIP, drafts
from stoa.operations.models import Order
from stoa.operations.orders import actions as orders
from stoa.operations.payments import actions as payments

# More than a list shows is for the CSV, not for one request.
AT_MOST = 500


class OrderBulkAction(BulkAction):
    models: ClassVar[list[type]] = [Order]  # type: ignore[assignment]
    template_name = "backoffice/orders/bulk.html"
    right = ""
    confirm_label: Any = ""
    question: Any = ""
    button_class = ""
    at_most = AT_MOST

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, self.right):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @classmethod
    def get_queryset(cls, model: type, object_ids: Any) -> list[Order]:
        wanted = [int(one) for one in object_ids if str(one).isascii() and str(one).isdigit()][: cls.at_most]
        return list(Order.objects.filter(pk__in=[pk for pk in wanted if pk < 2**63]).order_by("-placed_at", "-pk"))

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """All of the list as it was searched and filtered, not all orders there are."""
        listing = OrderList()
        listing.setup(_as_listing_request(self.request, self.next_url))
        return list(listing.get_queryset().values_list("pk", flat=True)[: self.at_most])

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.cleaned_form = form
        done, refused = 0, []
        for order in self.get_actionable_objects()[0]:
            try:
                self.perform(order)
                done += 1
            except DomainError as refusal:
                refused.append(f"#{order.number}: {refusal.message}")
        if done:
            messages.success(self.request, ngettext("%d order done.", "%d orders done.", done) % done)
        for line in refused[:10]:
            messages.error(self.request, line)
        return redirect(self.next_url)

    def perform(self, order: Order) -> None:
        raise NotImplementedError

    def execute_action(cls, objects: Any, **kwargs: Any) -> Any:  # noqa: N805
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context, "title": self.display_name, "confirm_label": self.confirm_label, "question": self.question,
            "button_class": self.button_class, "is_cut": len(context["items"]) >= self.at_most, "at_most": self.at_most,
        }  # fmt: skip


def _as_listing_request(request: HttpRequest, next_url: str) -> HttpRequest:
    """The request by which the list was opened: its query stands in ``next``."""
    from copy import copy
    from urllib.parse import urlsplit

    from django.http import QueryDict

    twin = copy(request)
    twin.GET = QueryDict(urlsplit(next_url).query)
    return twin


class ShipOrders(OrderBulkAction):
    display_name = _("Mark shipped")
    aria_label = _("Mark the selected orders as shipped")
    action_type = "ship"
    action_priority = 10
    right = "operations.ship_order"
    question = _("Mark these orders as shipped? Their customers get a mail.")
    confirm_label = _("Mark as shipped")

    def perform(self, order: Order) -> None:
        orders.mark_shipped(order.pk, actor=actor_of(self.request))


class ReceivePayments(OrderBulkAction):
    display_name = _("Payment received")
    aria_label = _("Mark the payments of the selected orders as received")
    action_type = "receive"
    action_priority = 20
    right = "operations.receive_payment"
    question = _("Mark the whole amount of these orders as received?")
    confirm_label = _("Payments are in")

    def perform(self, order: Order) -> None:
        payments.mark_received(order.pk, order.due_minor, actor=actor_of(self.request))


class CancelOrders(OrderBulkAction):
    display_name = _("Cancel")
    aria_label = _("Cancel the selected orders")
    action_type = "cancel"
    action_priority = 40
    right = "operations.cancel_order"
    classes = {"serious"}
    question = _("Cancel these orders? Goods go back to stock and received money is given back.")
    confirm_label = _("Cancel the orders")
    button_class = "serious"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "operations.refund_order"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def perform(self, order: Order) -> None:
        orders.cancel_order(order.pk, "", actor=actor_of(self.request), refund=True)


class ExportOrders(OrderBulkAction):
    display_name = _("Export")
    aria_label = _("Export the selected orders as CSV")
    action_type = "export"
    action_priority = 30
    right = "operations.export_order"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        return csv_response("orders", EXPORT_HEADER, (export_row(order) for order in self.get_actionable_objects()[0]))


class IssueInvoices(OrderBulkAction):
    """By the worker: a thousand of them take longer than a request may."""

    display_name = _("Issue invoices")
    aria_label = _("Issue the invoices of the selected orders")
    action_type = "invoice"
    action_priority = 25
    right = "operations.issue_document"
    question = _("Issue the invoices of these orders? Those that have one, or get none, are left out and named.")
    confirm_label = _("Issue invoices")
    at_most = 2000

    def form_valid(self, form: forms.Form) -> HttpResponse:
        chosen = [order.pk for order in self.get_actionable_objects()[0]]
        try:
            batch = begin_batch(chosen, actor=actor_of(self.request))
        except DomainError as refusal:
            messages.error(self.request, refusal.message)
            return redirect(self.next_url)
        return redirect("backoffice:document_batch", batch.pk)


class PrintPackingSlips(OrderBulkAction):
    display_name = _("Packing slips")
    aria_label = _("Download the packing slips of the selected orders as one PDF")
    action_type = "slips"
    action_priority = 12
    right = "operations.ship_order"
    # One request makes them all.
    at_most = 200

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            made = drafts((order.pk for order in self.get_actionable_objects()[0]), PACKING_SLIP)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect(self.next_url)
        return attachment(made, "packing-slips.pdf", "application/pdf")


BULK_ACTIONS = (ShipOrders, PrintPackingSlips, ReceivePayments, IssueInvoices, ExportOrders, CancelOrders)
