"""The screen of one order."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.orders import tones
from stoa.backoffice.orders.detail import OrderView, order_view
from stoa.backoffice.orders.forms import CancelForm, HoldForm, NoteForm, RefundForm, TagsForm
from stoa.backoffice.screen import Page
from stoa.kernel.errors import NotFoundError
from stoa.operations.documents.queries import order_documents


class OrderScreen(Page):
    right = "operations.view_order"
    template_name = "backoffice/orders/detail.html"
    header_icon = "clipboard-list"
    parents = ((_("Orders"), "backoffice:orders"),)

    def get_page_title(self) -> str:
        return _t("Order #%(number)s") % {"number": self.view.order.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            self.view: OrderView = order_view(kwargs["order_id"])
        except NotFoundError as error:
            raise Http404 from error
        order = self.view.order
        return {
            **super().get_context_data(**kwargs),
            "view": self.view,
            "order": order,
            "status_tone": tones.ORDER.get(order.status, ""),
            "paid_tone": tones.PAID.get(order.payment_status, ""),
            "documents": order_documents(order),
            "note_form": NoteForm(),
            "hold_form": HoldForm(auto_id="hold-%s"),
            "tags_form": TagsForm(initial={"tags": ", ".join(self.view.tags)}),
            "cancel_form": CancelForm(initial={"refund": True}),
            "refund_forms": self._refund_forms(),
            "sees_stock": self.may("inventory.view_stocklevel"),
            "sees_cost": self.may("catalogue.view_cost"),
        }

    def _refund_forms(self) -> dict[int, RefundForm]:
        return {
            view.payment.pk: RefundForm(
                currency=view.payment.currency, refundable=view.refundable_minor, auto_id=f"refund-{view.payment.pk}-%s"
            )
            for view in self.view.payments
            if view.refundable_minor > 0
        }
