from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.notifications.models import MailMessage
from stoa.operations.orders.models import ImportedFile, ImportedRow, Order, OrderLine, OrderNote, OrderTaxLine
from stoa.operations.payments.models import Payment, PaymentEvent, Refund
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxWebhook
from stoa.operations.shipping.models import DeliveryMethod, DeliveryZone
from stoa.operations.tax.models import TaxRate

__all__ = [
    "Cart", "CartLine", "DeliveryMethod", "DeliveryZone", "ImportedFile", "ImportedRow", "MailMessage", "Order", "OrderLine",
    "OrderNote", "OrderTaxLine", "Payment", "PaymentEvent", "Refund", "SandboxPayment", "SandboxWebhook", "TaxRate",
]  # fmt: skip
