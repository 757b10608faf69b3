from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.checkout.asked.models import CheckoutFields
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.documents.models import (
    Document,
    DocumentBatch,
    DocumentFailure,
    DocumentSeries,
    DocumentSettings,
    DocumentTemplate,
)
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.marks.models import OrderHold, OrderTag
from stoa.operations.notifications.models import MailMessage
from stoa.operations.orders.models import Order, OrderAdjustment, OrderLine, OrderLineComponent, OrderNote, OrderTaxLine
from stoa.operations.payments.models import Payment, PaymentEvent, PaymentMethod, Refund
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxRefund, SandboxWebhook
from stoa.operations.promotions.models import PromotionTrial, PromotionUse
from stoa.operations.shipping.models import DeliveryMethod, DeliveryZone
from stoa.operations.tax.models import NetPriceGroup, TaxExemption, TaxRate, TaxSettings, VatCheck

__all__ = [
    "Cart",
    "CartLine",
    "CheckoutFields",
    "DeliveryMethod",
    "DeliveryZone",
    "Document",
    "DocumentBatch",
    "DocumentFailure",
    "DocumentSeries",
    "DocumentSettings",
    "DocumentTemplate",
    "DownloadGrant",
    "GiftCard",
    "GiftCardEntry",
    "MailMessage",
    "NetPriceGroup",
    "Order",
    "OrderAdjustment",
    "OrderHold",
    "OrderLine",
    "OrderLineComponent",
    "OrderNote",
    "OrderTag",
    "OrderTaxLine",
    "Payment",
    "PaymentEvent",
    "PaymentMethod",
    "PromotionTrial",
    "PromotionUse",
    "Refund",
    "SandboxPayment",
    "SandboxRefund",
    "SandboxWebhook",
    "TaxExemption",
    "TaxRate",
    "TaxSettings",
    "VatCheck",
]  # fmt: skip
