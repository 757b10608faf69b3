from __future__ import annotations

from django.urls import path

from stoa.backoffice.orders import marks, steps
from stoa.backoffice.orders.listing import OrderList
from stoa.backoffice.orders.views import OrderScreen

urlpatterns = [
    *OrderList.routes("orders/"),
    path("orders/<int:order_id>/", OrderScreen.as_view(), name="order"),
    path("orders/<int:order_id>/ship/", steps.ship, name="order_ship"),
    path("orders/<int:order_id>/complete/", steps.complete, name="order_complete"),
    path("orders/<int:order_id>/cancel/", steps.cancel, name="order_cancel"),
    path("orders/<int:order_id>/payment/", steps.receive, name="order_receive"),
    path("orders/<int:order_id>/payments/<int:payment_id>/refund/", steps.refund, name="order_refund"),
    path("orders/<int:order_id>/tax/", steps.tax_review, name="order_tax_review"),
    path("orders/<int:order_id>/notes/", steps.note, name="order_note"),
    path("orders/<int:order_id>/hold/", marks.hold, name="order_hold"),
    path("orders/<int:order_id>/release/", marks.release, name="order_release"),
    path("orders/<int:order_id>/tags/", marks.tag, name="order_tags"),
    path("orders/<int:order_id>/link/", steps.renew_link, name="order_link"),
    path("payment-events/<int:event_id>/check/", steps.check_event, name="payment_event_check"),
]
