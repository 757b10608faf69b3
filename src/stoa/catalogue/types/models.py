from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_HAS_TEXT, _HAS_NUMBER = ~Q(text=""), Q(number__isnull=False)
_HAS_FLAG, _HAS_CHOICE = Q(flag__isnull=False), Q(choice__isnull=False)


class Attribute(models.Model):
    """A fact that goods may have ("Capacity"). Types share it, so that one filter stands for all of them."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        CHOICE = "choice", _("choice")
        NUMBER = "number", _("number")
        YES_NO = "yes_no", _("yes or no")

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    # What numbers are shown in ("cm"); stored they are in the base unit of its dimension (see ``units``).
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    # Choices only: goods may have several at once.
    is_multiple = models.BooleanField(_("several choices at once"), default=False)
    is_facet = models.BooleanField(_("filter in lists"), default=False)
    is_in_specification = models.BooleanField(_("in the specification"), default=True)
    is_comparable = models.BooleanField(_("in comparisons"), default=True)
    help_text = models.CharField(_("note for editors"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attribute")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class AttributeChoice(models.Model):
    """One of the values that a choice may have, in the merchant's order."""

    id = models.BigAutoField(primary_key=True)
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="choices")
    code = models.SlugField(_("code"), max_length=60)
    label = models.CharField(_("label"), max_length=80)
    # ``#2f6f6a``, or blank.
    swatch = models.CharField(_("colour"), max_length=7, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("choice")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "code"], name="attribute_choice_code_once"),
            models.UniqueConstraint(fields=["attribute", "label"], name="attribute_choice_label_once"),
        ]

    def __str__(self) -> str:
        return self.label


class ProductType(models.Model):  # type: ignore[django-manager-missing]
    """What sort of goods a product is ("Mug"), and so what there is to say about it."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    attributes = models.ManyToManyField(Attribute, through="TypeAttribute", related_name="types")
    # Blocks that a new product of this type starts with, as a body's JSON.
    template = models.JSONField(_("template"), default=list, blank=True)
    # How SKUs of new variants are made: ``{slug}-{colour}-{size}``.
    sku_pattern = models.CharField(_("pattern of SKUs"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("product type")
        verbose_name_plural = _("product types")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class TypeAttribute(models.Model):
    """An attribute of a type, at its place."""

    id = models.BigAutoField(primary_key=True)
    type = models.ForeignKey(ProductType, on_delete=models.CASCADE, related_name="places")
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="places")
    position = models.PositiveIntegerField(default=0)
    # A product without it is not complete. It can be sold all the same.
    is_required = models.BooleanField(_("expected"), default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["type", "attribute"], name="type_attribute_once")]

    def __str__(self) -> str:
        return f"{self.type_id}: {self.attribute_id}"


class AttributeValue(models.Model):
    """What an attribute is for a product or, with ``variant``, for one of its variants. A live fact, never drafted.

    A value stays when its product gets a type without the attribute: it is not shown, and back with the type.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="attribute_values")
    variant = models.ForeignKey(
        "catalogue.Variant", on_delete=models.CASCADE, null=True, blank=True, related_name="attribute_values"
    )
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="values")
    text = models.CharField(max_length=500, blank=True)
    # Billionths of the base unit (see ``units.SCALE``), so that no fraction of a customary unit is lost.
    number = models.BigIntegerField(null=True, blank=True)
    flag = models.BooleanField(null=True, blank=True)
    choice = models.ForeignKey(AttributeChoice, on_delete=models.PROTECT, null=True, blank=True, related_name="values")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "attribute"],
                condition=Q(variant=None, choice=None),
                name="attribute_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["product", "attribute", "choice"],
                condition=Q(variant=None, choice__isnull=False),
                name="attribute_choice_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["variant", "attribute"],
                condition=Q(variant__isnull=False, choice=None),
                name="attribute_once_per_variant",
            ),
            models.UniqueConstraint(
                fields=["variant", "attribute", "choice"],
                condition=Q(variant__isnull=False, choice__isnull=False),
                name="attribute_choice_once_per_variant",
            ),
            models.CheckConstraint(
                condition=(_HAS_TEXT & ~_HAS_NUMBER & ~_HAS_FLAG & ~_HAS_CHOICE)
                | (~_HAS_TEXT & _HAS_NUMBER & ~_HAS_FLAG & ~_HAS_CHOICE)
                | (~_HAS_TEXT & ~_HAS_NUMBER & _HAS_FLAG & ~_HAS_CHOICE)
                | (~_HAS_TEXT & ~_HAS_NUMBER & ~_HAS_FLAG & _HAS_CHOICE),
                name="attribute_value_is_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["attribute", "product"], name="attribute_value_use")]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.product_id}: {self.attribute_id}"
