from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.notifications.models import MailMessage
from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent, OrderNote, OrderTaxLine
from stoa.operations.payments.models import Payment, PaymentEvent, PaymentMethod, Refund
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxRefund, SandboxWebhook
from stoa.operations.shipping.models import DeliveryMethod, DeliveryZone
from stoa.operations.tax.models import TaxRate

__all__ = [
    "Cart", "CartLine", "DeliveryMethod", "DeliveryZone", "DownloadGrant", "MailMessage", "Order", "OrderLine",
    "OrderLineComponent", "OrderNote", "OrderTaxLine", "Payment", "PaymentEvent", "PaymentMethod", "Refund",
    "SandboxPayment", "SandboxRefund", "SandboxWebhook", "TaxRate",
]  # fmt: skip
