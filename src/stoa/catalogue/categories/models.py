from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node


class Category(MP_Node):
    """A shelf of the shop. Categories form a tree (materialised path); a product may stand on several shelves."""

    node_order_by: list[str] = []

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140, unique=True)
    description = models.TextField(_("description"), blank=True)
    picture = models.ForeignKey("catalogue.Picture", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_visible = models.BooleanField(_("visible"), default=True)
    # {"first": [codes in their order], "off": [codes]}; empty: as the category above, at the top as the shop does.
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    seo_title = models.CharField(_("search title"), max_length=160, blank=True)
    seo_description = models.CharField(_("search description"), max_length=320, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name
