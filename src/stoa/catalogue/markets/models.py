from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Market(models.Model):
    """A shop front: who sells there, to which countries, in which currency, at which prices.

    Every cart, order and price belongs to one. A new installation has a single one.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    is_default = models.BooleanField(default=False)
    # The host name by which it is reached; blank for the default market answers every allowed host.
    domain = models.CharField(_("domain"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    currency = models.CharField(_("currency"), max_length=3)
    timezone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    # ISO 3166-1 alpha-2 codes that the shop delivers to, in the order of the country field.
    countries = models.JSONField(_("countries"), default=list)
    default_country = models.CharField(_("home country"), max_length=2)
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    price_list = models.ForeignKey("catalogue.PriceList", on_delete=models.PROTECT, related_name="markets")

    # Who the shop is: shown in the footer, in mails and on documents.
    shop_name = models.CharField(_("shop name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    address = models.TextField(_("address"), blank=True)
    vat_id = models.CharField(_("VAT id"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    # When people answer, in this market's zone: rows of (weekday from 0, "09:00", "17:00"); see ``hours.py``.
    support_hours = models.JSONField(_("hours of support"), default=list, blank=True)
    logo = models.ForeignKey("catalogue.Picture", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    hero = models.ForeignKey("catalogue.Picture", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    hero_title = models.CharField(_("home page headline"), max_length=120, blank=True)
    hero_text = models.CharField(_("home page text"), max_length=300, blank=True)
    returns_line = models.CharField(_("returns line on product pages"), max_length=200, blank=True)
    low_stock_threshold = models.PositiveIntegerField(_("low stock from"), default=5)
    # What holds for files that are bought, unless a product says otherwise. 0: for ever, as often as one likes.
    download_days = models.PositiveIntegerField(_("days to download"), default=30)
    download_limit = models.PositiveIntegerField(_("downloads of each file"), default=5)

    # Hundredths of a percent of the net price that must be left after the cost; null: no floor. For what promotions give.
    floor_per_product_bp = models.PositiveIntegerField(_("least margin of a product"), null=True, blank=True)
    floor_per_order_bp = models.PositiveIntegerField(_("least margin of an order"), null=True, blank=True)
    floor_blocks = models.BooleanField(_("promotions stop at the floor"), default=False)

    class Meta:
        verbose_name = _("market")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="market_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.shop_name
