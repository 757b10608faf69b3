from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaxRate(models.Model):
    """The rate of a country for a tax class from a day on, until the next row for the same begins.

    ``region`` (the code of ISO 3166-2 after the hyphen) and ``postcode`` (patterns: "1000", "10*", "1000...1999", several
    with ";" between) narrow it down. Of the rows with one ``label`` the narrowest that fits holds; rows with other labels
    are other taxes, charged beside it.
    """

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("state or province")

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("state or province"), max_length=10, blank=True)
    postcode = models.CharField(_("postal codes"), max_length=200, blank=True)
    # "GST", "QST"; blank where a country has one tax alone.
    label = models.CharField(_("name of the tax"), max_length=40, blank=True)
    # Who levies it: what a region levies is charged by those who are registered there.
    level = models.CharField(_("levied by"), max_length=10, choices=Level, default=Level.COUNTRY)
    tax_class = models.ForeignKey("catalogue.TaxClass", on_delete=models.PROTECT, related_name="rates")
    # In percent: 19.000
    percent = models.DecimalField(_("percent"), max_digits=6, decimal_places=3)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        ordering = ["country", "region", "tax_class", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "postcode", "label", "tax_class", "valid_from"],
                name="tax_rate_once_a_day",
            ),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lt=100), name="tax_rate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class_id} {self.percent}"


class TaxSettings(models.Model):
    """How a market is taxed. A market without a row has the defaults."""

    class Rounding(models.TextChoices):
        LINE = "line", _("each line")
        RATE = "rate", _("the sum of each rate")
        ORDER = "order", _("the whole order")

    class DeliveryTax(models.TextChoices):
        CLASS = "class", _("by the class of the delivery method")
        HIGHEST = "highest", _("at the highest rate among the goods")
        PROPORTIONAL = "proportional", _("in proportion to the goods")

    market = models.OneToOneField("catalogue.Market", on_delete=models.CASCADE, primary_key=True, related_name="+")
    # "GB", "US-NY", "CA-BC": registered there, beside the home country.
    registrations = models.JSONField(_("registered in"), default=list, blank=True)
    home_region = models.CharField(_("own state or province"), max_length=10, blank=True)
    home_postcode = models.CharField(_("own postal code"), max_length=20, blank=True)
    is_oss = models.BooleanField(_("registered for the EU one-stop shop"), default=True)
    taxes_at_origin = models.BooleanField(_("own state taxes where goods leave"), default=False)
    export_deducts = models.BooleanField(_("exports cost less by the tax of home"), default=False)
    asks_vat_id = models.BooleanField(_("ask businesses for a VAT id"), default=False)
    rounding = models.CharField(_("rounded is"), max_length=10, choices=Rounding, default=Rounding.LINE)
    delivery_tax = models.CharField(
        _("delivery is taxed"), max_length=12, choices=DeliveryTax, default=DeliveryTax.CLASS
    )

    class Meta:
        verbose_name = _("tax settings")

    def __str__(self) -> str:
        return f"tax of market {self.market_id}"


class TaxExemption(models.Model):
    """A customer who pays no tax, and the certificate that says so."""

    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.CASCADE, primary_key=True, related_name="tax_exemption"
    )
    certificate = models.CharField(_("certificate"), max_length=200)
    # The last day; open-ended where blank.
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("tax exemption")

    def __str__(self) -> str:
        return self.certificate


class NetPriceGroup(models.Model):
    """A customer group that is shown prices without tax; tax is added to their orders."""

    group = models.OneToOneField(
        "customers.CustomerGroup", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )

    class Meta:
        verbose_name = _("group with net prices")

    def __str__(self) -> str:
        return str(self.group_id)


class VatCheck(models.Model):
    """One question to the EU's register of VAT ids, and its answer: the proof that a sale needed no tax. Never changed."""

    class Answer(models.TextChoices):
        VALID = "valid", _("valid")
        INVALID = "invalid", _("not valid")
        # The register did not answer, or not in words that can be understood.
        UNAVAILABLE = "unavailable", _("no answer")

    id = models.BigAutoField(primary_key=True)
    vat_id = models.CharField(_("VAT id"), max_length=20)
    # Our own id, for which the register gives a consultation number.
    requester = models.CharField(max_length=20, blank=True)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer)
    consultation = models.CharField(_("consultation number"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    # What the register sent, as it was sent, at most 2,000 characters.
    raw = models.TextField(blank=True)
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("VAT id check")
        indexes = [models.Index(fields=["vat_id", "-checked_at"], name="vat_check_latest")]

    def __str__(self) -> str:
        return f"{self.vat_id}: {self.answer}"
