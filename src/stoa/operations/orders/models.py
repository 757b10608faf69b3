from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Order(models.Model):
    """A sale. Everything that was agreed is copied here: history never changes with the catalogue.

    All ``*_minor`` are minor units of ``currency``. ``goods`` + ``delivery`` + ``tax_added`` = ``total``; where prices
    include tax, ``tax_added`` is 0 and ``tax`` is the part of the total that is tax.
    """

    class Status(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
        OPEN = "open", _("open")
        SHIPPED = "shipped", _("shipped")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid", _("unpaid")
        PAID = "paid", _("paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("refunded in part")
        REFUNDED = "refunded", _("refunded")

    class Source(models.TextChoices):
        STOREFRONT = "storefront", _("shop")
        IMPORT = "import", _("import")

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("number"), max_length=40, unique=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=Source, default=Source.STOREFRONT)
    # One order per cart, said by the database.
    cart = models.OneToOneField(
        "operations.Cart", on_delete=models.PROTECT, null=True, blank=True, related_name="order"
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    external_ref = models.CharField(max_length=160, unique=True, null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    payment_status = models.CharField(_("payment"), max_length=20, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    # A part of the key of the guest's link (orders.rules.access_token); a new one makes old links dead.
    access_nonce = models.CharField(max_length=32)

    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    line1 = models.CharField(_("address"), max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    customer_note = models.TextField(_("note of the customer"), blank=True)
    language = models.CharField(max_length=12, default="en")

    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField(default=True)
    goods_minor = models.BigIntegerField(default=0)
    delivery_minor = models.BigIntegerField(default=0)
    # What promotions took off: ``goods`` and ``delivery`` are what is left. ``adjustments`` say which.
    discount_minor = models.BigIntegerField(default=0)
    delivery_discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    tax_added_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(_("total"))
    # What gift cards paid of the total when it was placed, and what of that has come back to them.
    credit_minor = models.BigIntegerField(default=0)
    credit_returned_minor = models.BigIntegerField(default=0)

    # How it was taxed (tax.regimes.Treatment), and by which rounding (tax.reckoning).
    tax_treatment = models.CharField(_("taxed as"), max_length=20, default="domestic")
    tax_rounding = models.CharField(max_length=10, default="line")
    # The buyer's, and what the register said about it.
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    vat_check = models.ForeignKey(
        "operations.VatCheck", on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    # Somebody has to look at the tax of it: the register was silent, or the address said too little.
    tax_review = models.BooleanField(_("tax to be reviewed"), default=False)

    # False where all of it is files and services: there is nothing to send, and no way of delivery was chosen.
    needs_delivery = models.BooleanField(default=True)
    delivery_code = models.CharField(max_length=40, blank=True)
    delivery_name = models.CharField(_("delivery"), max_length=120, blank=True)
    delivery_is_pickup = models.BooleanField(default=False)
    delivery_tax_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    payment_method = models.CharField(_("payment method"), max_length=40, blank=True)
    promised_from = models.DateField(null=True, blank=True)
    promised_to = models.DateField(null=True, blank=True)

    placed_at = models.DateTimeField(_("placed"))
    paid_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    # While awaiting payment: when it is given up and the held stock goes back.
    payment_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        permissions = [
            ("export_order", "Can export orders"),
            ("annotate_order", "Can write notes on orders"),
            ("ship_order", "Can mark orders as shipped or completed"),
            ("cancel_order", "Can cancel orders"),
            ("refund_order", "Can give money back"),
            ("receive_payment", "Can mark payments as received"),
            ("view_sales_report", "Can see the sales reports"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("goods_minor") + F("delivery_minor") + F("tax_added_minor")),
                name="order_total_is_sum",
            ),
            models.CheckConstraint(condition=Q(delivery_minor__gte=0), name="order_delivery_not_negative"),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, delivery_discount_minor__gte=0), name="order_discount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(credit_minor__gte=0, credit_returned_minor__gte=0)
                & Q(credit_returned_minor__lte=F("credit_minor"))
                & (Q(credit_minor=0) | Q(credit_minor__lte=F("total_minor"))),
                name="order_credit_within_total",
            ),
            # Only an import may bring credits (negative totals).
            models.CheckConstraint(
                condition=Q(total_minor__gte=0) | Q(source="import"), name="order_total_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["-placed_at"], name="order_newest"),
            models.Index(fields=["status", "-placed_at"], name="order_status"),
            models.Index(fields=["payment_status", "-placed_at"], name="order_payment_status"),
            models.Index(fields=["customer", "-placed_at"], name="order_customer"),
            models.Index(fields=["placed_at"], condition=Q(tax_review=True), name="order_tax_review"),
            models.Index(fields=["payment_due_at"], condition=Q(status="awaiting_payment"), name="order_payment_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def due_minor(self) -> int:
        """What a payment is over: the total without what gift cards paid."""
        return self.total_minor - self.credit_minor


class OrderLine(models.Model):
    """One variant of an order, as it was when it was sold."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # The product's kind when it was sold: "physical", "digital", "service" or "bundle" (then its ``components`` tell).
    kind = models.CharField(max_length=12, default="physical")
    sku = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    option_values = models.JSONField(default=list, blank=True)
    quantity = models.IntegerField()
    # As the buyer saw it (with tax where prices include it). An import may carry finer prices: ``unit_exact`` keeps them.
    unit_minor = models.BigIntegerField()
    unit_exact = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    # What promotions took off the whole line; ``total_minor`` is what is left.
    discount_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    compare_at_minor = models.BigIntegerField(null=True, blank=True)
    tax_class_code = models.CharField(max_length=40, blank=True)
    tax_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    tax_minor = models.BigIntegerField(default=0)
    # Cost of one at the time of sale, null where it was not known.
    cost_minor = models.BigIntegerField(null=True, blank=True)
    # False for what is not counted (services) and for imported history. For a bundle its components say it, each for
    # itself; here it is whether any of them is counted.
    is_stock_tracked = models.BooleanField(default=True)
    # Set where the line was sold for a later date.
    backorder_date = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="order_line_quantity"),
            models.CheckConstraint(condition=Q(discount_minor__gte=0), name="order_line_discount_not_negative"),
        ]
        indexes = [models.Index(fields=["sku"], name="order_line_sku")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class OrderLineComponent(models.Model):
    """A part of a bundle that was sold: ``quantity`` units in each unit of the line. This, and not what the bundle
    consists of by now, is what was taken from stock, is packed, and comes back."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="components")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, default="physical")
    sku = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    option_values = models.JSONField(default=list, blank=True)
    quantity = models.PositiveIntegerField()
    # Cost of one unit of the part at the time of sale, null where it was not known.
    cost_minor = models.BigIntegerField(null=True, blank=True)
    is_stock_tracked = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="order_component_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_component_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku} in each"


class OrderTaxLine(models.Model):
    """One tax of an order at one rate. ``net`` + ``tax`` = ``gross``; the sum of ``tax`` is the order's ``tax_minor``.

    Where several taxes lie on the same goods, each names them; ``shared_net_minor`` is what another line has named
    before, so that the sum of ``gross - shared_net`` is the order's total.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tax_lines")
    percent = models.DecimalField(max_digits=6, decimal_places=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    shared_net_minor = models.BigIntegerField(default=0)
    # "GST", blank where a country has one tax alone; "CA", "US-NY": whose tax it is, blank where none is due.
    label = models.CharField(max_length=40, blank=True)
    jurisdiction = models.CharField(max_length=14, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "percent", "label", "jurisdiction"], name="order_tax_once_per_rate"
            ),
            models.CheckConstraint(condition=Q(gross_minor=F("net_minor") + F("tax_minor")), name="order_tax_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}%: {self.tax_minor}"

    @property
    def name(self) -> str:
        """What people call it, in the present language: "GST", "VAT"."""
        return self.label or gettext("VAT")


class OrderAdjustment(models.Model):
    """What one promotion took off a line, or off the delivery (then ``line`` is null), and why. Never edited."""

    class Target(models.TextChoices):
        LINE = "line", _("goods")
        DELIVERY = "delivery", _("delivery")

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="adjustments")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, null=True, blank=True, related_name="adjustments")
    promotion = models.ForeignKey(
        "catalogue.Promotion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    code = models.CharField(_("code"), max_length=40, blank=True)
    label = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    target = models.CharField(max_length=10, choices=Target)
    # The kind, what there was before and after, and the terms, as ``catalogue.promotions.rules`` reckoned them.
    explanation = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="order_adjustment_positive"),
            models.CheckConstraint(
                condition=Q(target="line", line__isnull=False) | Q(target="delivery", line__isnull=True),
                name="order_adjustment_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: -{self.amount_minor}"


class OrderNote(models.Model):
    """What staff wrote about an order. Customers do not see it."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"))
    author = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]
