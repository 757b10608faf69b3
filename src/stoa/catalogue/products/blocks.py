"""The blocks a product page is written in. More kinds, which know facts, come with the block editor's own issue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

RICH_TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]


class SpecificationRow(blocks.StructBlock):
    name = blocks.CharBlock(label=_("name"), max_length=80)
    value = blocks.CharBlock(label=_("value"), max_length=200)


class SpecificationBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    rows = blocks.ListBlock(SpecificationRow(), label=_("rows"))

    class Meta:
        icon = "table"
        label = _("Specification")
        template = "catalogue/blocks/specification.html"


BODY_BLOCKS = [
    (
        "text",
        blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label=_("Text"), template="catalogue/blocks/text.html"),
    ),
    ("specification", SpecificationBlock()),
]
