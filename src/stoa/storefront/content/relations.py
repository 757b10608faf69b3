"""What a page is about, and what to read next. The rows hang on Wagtail's page, so that every type shares one table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase


class PageTag(TaggedItemBase):
    content_object = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = _("tag of a page")


class PageCategory(models.Model):
    """A page that helps to choose among the goods of a category."""

    id = models.BigAutoField(primary_key=True)
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="about_categories")
    category = models.ForeignKey(
        "catalogue.Category", on_delete=models.CASCADE, related_name="+", verbose_name=_("category")
    )

    class Meta:
        verbose_name = _("category of a page")
        constraints = [models.UniqueConstraint(fields=["page", "category"], name="page_category_once")]

    def __str__(self) -> str:
        return f"page {self.page_id} about category {self.category_id}"


class PageProduct(models.Model):
    """A page that has something to say about a product."""

    id = models.BigAutoField(primary_key=True)
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="about_products")
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )

    class Meta:
        verbose_name = _("product of a page")
        constraints = [models.UniqueConstraint(fields=["page", "product"], name="page_product_once")]

    def __str__(self) -> str:
        return f"page {self.page_id} about product {self.product_id}"


class RelatedPage(models.Model):
    """What the writer would have people read next. Without any, pages with the same tags are found."""

    id = models.BigAutoField(primary_key=True)
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="reading_next")
    target = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("page"))
    sort_order = models.IntegerField(default=0, editable=False)
    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("related page")
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["page", "target"], name="related_page_once")]

    def __str__(self) -> str:
        return f"page {self.page_id} leads to {self.target_id}"
