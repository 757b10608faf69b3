"""What the shop stands for, from its settings: nothing is written twice, and nothing can be promised that is not so."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from stoa.catalogue.blocks.base import HELP, PageBlock
from stoa.catalogue.blocks.facts import Facts

LINES = [
    ("delivery", _("price and time of delivery")),
    ("returns", _("returns")),
    ("payment", _("ways to pay")),
    ("contact", _("telephone, e-mail and hours")),
    ("company", _("name and address of the company")),
    ("policies", _("terms, privacy and the other policies")),
]


class TrustBlock(PageBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    lines = blocks.MultipleChoiceBlock(
        choices=LINES, default=[code for code, _label in LINES], label=_("what"), required=True
    )

    class Meta:
        icon = "lock"
        label = _("Delivery and trust")
        group = HELP
        template = "catalogue/blocks/trust.html"
        description = _("Delivery, returns, ways to pay, contact and company, as they stand in the settings.")
        preview_value = {"heading": "", "lines": [code for code, _label in LINES]}

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        wanted, trust = set(value["lines"] or ()), facts.trust
        parts = {
            "delivery": trust.delivery if "delivery" in wanted else "",
            "returns": trust.returns if "returns" in wanted else "",
            "payments": trust.payments if "payment" in wanted else (),
            "has_contact": "contact" in wanted and bool(trust.phone or trust.email or trust.hours),
            "has_company": "company" in wanted and bool(trust.company or trust.address),
            "policies": trust.policies if "policies" in wanted else (),
        }
        return {**parts, "trust": trust} if any(parts.values()) else None
