"""The blocks a content page is written in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

RICH_TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label=_("answer"))

    class Meta:
        icon = "help"
        label = _("Question and answer")
        template = "storefront/content/blocks/question.html"


class ContactBlock(blocks.StaticBlock):
    """Who the shop is and how to reach it, from its settings."""

    class Meta:
        icon = "mail"
        label = _("Contact details")
        admin_text = _("Shows the shop's name, address, e-mail and telephone from its settings.")
        template = "storefront/content/blocks/contact.html"


BODY_BLOCKS = [
    (
        "text",
        blocks.RichTextBlock(
            features=RICH_TEXT_FEATURES, label=_("Text"), template="storefront/content/blocks/text.html"
        ),
    ),
    ("question", QuestionBlock()),
    ("contact", ContactBlock()),
]
