from __future__ import annotations

from django.urls import path

from stoa.operations.payments.sandbox.views import hosted_page
from stoa.operations.payments.views import payment_onward, payment_return, payment_webhook

app_name = "operations"

urlpatterns = [
    path("payments/return/<uuid:payment_uuid>/", payment_return, name="payment_return"),
    path("payments/onward/<uuid:payment_uuid>/", payment_onward, name="payment_onward"),
    path("payments/webhooks/<slug:provider>/", payment_webhook, name="payment_webhook"),
    path("sandbox-pay/<str:reference>/", hosted_page, name="sandbox_pay"),
]
