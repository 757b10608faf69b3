"""Blocks of facts in rows: specification, sizes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from stoa.catalogue.blocks import rules
from stoa.catalogue.blocks.base import HELP, SHORT_FEATURES, CleanTextBlock, PageBlock
from stoa.catalogue.blocks.facts import Facts

PROBLEMS = {
    "empty": _("A table needs a line of headings and at least one line below it."),
    "columns": _("A table has two to twelve columns."),
    "rows": _("A table has at most sixty rows."),
    "uneven": _("Line %(line)d has not as many cells as the first line."),
    "long": _("A cell in line %(line)d is too long."),
}


class SpecificationRow(blocks.StructBlock):
    name = blocks.CharBlock(label=_("name"), max_length=80)
    value = blocks.CharBlock(label=_("value"), max_length=200)


class SpecificationBlock(PageBlock):
    """Rows of facts: the product's own attributes, and rows written here. A row written here wins over an attribute."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    has_attributes = blocks.BooleanBlock(
        label=_("with the product's attributes"), required=False, default=True,
        help_text=_("They follow the attributes; nothing has to be written twice."),
    )  # fmt: skip
    rows = blocks.ListBlock(SpecificationRow(), label=_("rows"), default=[], max_num=60)

    class Meta:
        icon = "table"
        label = _("Specification")
        group = HELP
        template = "catalogue/blocks/specification.html"
        description = _("Measures, material, care: the product's attributes, and rows of your own.")
        preview_value = {
            "heading": "Details",
            "has_attributes": True,
            "rows": [{"name": "Height", "value": "9 cm"}, {"name": "Holds", "value": "350 ml"}],
        }

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        own = [(row["name"], row["value"]) for row in value["rows"]]
        said = {name.casefold() for name, _value in own}
        known = facts.specification if value["has_attributes"] else ()
        rows = [*((name, text) for name, text in known if name.casefold() not in said), *own]
        return {"rows": rows} if rows else None


class TableTextBlock(blocks.TextBlock):
    """A table as text, one line a row."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            rules.read_table(text)
        except rules.TableError as problem:
            raise ValidationError(PROBLEMS[problem.code] % {"line": problem.line}) from problem
        return text


class SizeGuideBlock(PageBlock):
    """Sizes in a table; columns that say their unit are shown in centimetres or inches, as the reader likes."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    table = TableTextBlock(
        label=_("table"), rows=8, max_length=8000,
        help_text=_(
            "One line a row, cells parted by a tab or |. Paste it from a spreadsheet. Columns headed with (cm) or (in), such as"
            " Chest (cm), are shown in both."
        ),
    )  # fmt: skip
    help = CleanTextBlock(
        features=SHORT_FEATURES, label=_("how to measure"), required=False, max_length=3000,
        help_text=_("Where to hold the tape, and which size to take between two."),
    )  # fmt: skip

    class Meta:
        icon = "table"
        label = _("Size guide")
        group = HELP
        template = "catalogue/blocks/sizes.html"
        description = _("Sizes in centimetres and inches, and how to measure.")
        preview_value = {
            "heading": "Which size?",
            "table": "Size | Chest (cm) | Length (cm)\nS | 88–92 | 66\nM | 94–98 | 68",
            "help": "<p>Measure over the widest part. Between two sizes, take the larger.</p>",
        }

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        try:
            table = rules.read_table(value["table"] or "")
        except rules.TableError:
            return None
        both = rules.measures(table)
        if both is None:
            return {"tables": [("", "", table)]}
        return {"tables": [("cm", _t("Centimetres"), both[0]), ("in", _t("Inches"), both[1])]}
