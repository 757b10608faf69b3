from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin

from stoa.catalogue.blocks.fields import BodyField
from stoa.catalogue.blocks.registry import MOST_BLOCKS, ONCE, installed
from stoa.kernel import clock

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from wagtail.models import Revision


class Product(PreviewableMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """What a product page shows. Words and pictures are drafted and published; variants, prices and stock are live facts."""

    class Kind(models.TextChoices):
        PHYSICAL = "physical", _("goods")
        DIGITAL = "digital", _("file")
        SERVICE = "service", _("service")
        BUNDLE = "bundle", _("bundle")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PHYSICAL)
    # What there is to say about it. A live fact as its values are; set by ``types.actions``.
    type = models.ForeignKey(
        "catalogue.ProductType",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        serialize=False,
        related_name="products",
        verbose_name=_("type"),
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=220, unique=True, allow_unicode=False)
    subtitle = models.CharField(_("short description"), max_length=300, blank=True)
    brand = models.CharField(_("brand"), max_length=120, blank=True, db_index=True)
    body = BodyField(list(installed()), blank=True, verbose_name=_("page"), max_num=MOST_BLOCKS, block_counts=ONCE)
    tax_class = models.ForeignKey("catalogue.TaxClass", on_delete=models.PROTECT, related_name="+")
    seo_title = models.CharField(_("search title"), max_length=160, blank=True)
    seo_description = models.CharField(_("search description"), max_length=320, blank=True)
    # Lower-case words that the search looks through: title, subtitle, brand, tags, SKUs. Kept by actions.
    search_text = models.TextField(blank=True, editable=False)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    # The id that another system gave ("shopify:blue-mug"), so that an import finds its own again.
    external_ref = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # A lower number stands earlier in a "featured" order. Set by the merchant, 0 by default.
    position = models.IntegerField(_("position"), default=0)

    _revisions = GenericRelation(
        "wagtailcore.Revision", content_type_field="base_content_type", object_id_field="object_id",
        related_query_name="product", for_concrete_model=False,
    )  # fmt: skip

    class Meta:
        verbose_name = _("product")
        indexes = [
            models.Index(fields=["live", "-created_at"], name="product_live_newest"),
            models.Index(fields=["live", "position"], name="product_live_position"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> models.QuerySet:
        return self._revisions

    def get_absolute_url(self) -> str:
        return f"/p/{self.slug}/"

    def with_content_json(self, content: dict[str, Any]) -> Product:
        """A revision's words and pictures. What other systems and the search know it by does not go back in time."""
        product: Product = super().with_content_json(content)
        product.external_ref = self.external_ref
        product.created_at = self.created_at
        product.search_text = self.search_text
        product.type_id = self.type_id
        return product

    def publish(self, revision: Revision, user: Any = None, *, is_checked: bool = True, **options: Any) -> None:
        """Every way of going live comes through here: actions, the editor, Wagtail's scheduled publishing.

        ``is_checked``: whether the page is looked at before; what is withheld then stays a draft. Raises what the gate raises.
        """
        from stoa.catalogue.products.publishing import going_live, may_go_live

        if is_checked and not may_go_live(revision, user, options.get("log_action")):
            return
        with going_live(self.pk, revision, user):
            super().publish(revision, user=user, **options)

    def unpublish(self, set_expired: bool = False, commit: bool = True, user: Any = None, **options: Any) -> None:
        from stoa.catalogue.products.publishing import going_dark

        with going_dark(self, user):
            super().unpublish(set_expired=set_expired, commit=commit, user=user, **options)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        from stoa.catalogue.products.preview import render

        return render(request, self)


class ProductCategory(models.Model):
    """A product on a shelf."""

    id = models.BigAutoField(primary_key=True)
    product = ParentalKey(Product, on_delete=models.CASCADE, related_name="placements")
    category = models.ForeignKey("catalogue.Category", on_delete=models.CASCADE, related_name="placements")
    # The one that breadcrumbs follow.
    is_primary = models.BooleanField(_("main category"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "category"], name="placement_once")]
        indexes = [models.Index(fields=["category", "product"], name="placement_listing")]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.category_id}"


class ProductPicture(models.Model):
    """A picture of a product from one angle."""

    id = models.BigAutoField(primary_key=True)
    product = ParentalKey(Product, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey("catalogue.Picture", on_delete=models.CASCADE, related_name="+")
    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    # Set where the picture shows one variant only.
    variant = models.ForeignKey(
        "catalogue.Variant", on_delete=models.SET_NULL, null=True, blank=True, related_name="pictures"
    )
    sort_order = models.IntegerField(default=0, editable=False)
    sort_order_field = "sort_order"

    class Meta:
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.alt or f"picture {self.picture_id}"


class ProductOption(models.Model):
    """What tells a product's variants apart ("Colour"), with its values in their order."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(_("name"), max_length=60)
    values = models.JSONField(_("values"), default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["product", "name"], name="option_once_per_product")]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """What is sold. A product without options has exactly one."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=80, unique=True)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True, db_index=True)
    # One value per option of the product, in the options' order: ["Red", "M"]. Empty without options.
    option_values = models.JSONField(default=list, blank=True)
    # The same as text, for the unique constraint: "Red / M".
    title = models.CharField(_("title"), max_length=200, blank=True)
    # What one costs to buy, in minor units of ``cost_currency``. Never leaves by a public route.
    cost_minor = models.BigIntegerField(_("cost"), null=True, blank=True)
    cost_currency = models.CharField(max_length=3, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight in g"), null=True, blank=True)
    length_mm = models.PositiveIntegerField(_("length in mm"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("width in mm"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("height in mm"), null=True, blank=True)
    is_stock_tracked = models.BooleanField(_("count stock"), default=True)
    is_active = models.BooleanField(_("for sale"), default=True)
    position = models.PositiveIntegerField(default=0)
    external_ref = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("variant")
        permissions = [
            ("change_prices", "Can change prices"),
            ("view_cost", "Can see what goods cost to buy"),
        ]
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "title"], name="variant_once_per_product"),
            models.CheckConstraint(condition=~Q(sku=""), name="variant_has_sku"),
            models.CheckConstraint(
                condition=Q(cost_minor__isnull=True) | Q(cost_minor__gte=0), name="variant_cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.sku
