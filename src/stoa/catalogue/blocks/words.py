"""Blocks of words: text, questions with answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from stoa.catalogue.blocks.base import HELP, RICH_TEXT_FEATURES, SHORT_FEATURES, WORDS, CleanTextBlock, PageBlock
from stoa.catalogue.blocks.facts import Facts

MOST_QUESTIONS = 30


def text_block() -> CleanTextBlock:
    return CleanTextBlock(
        features=RICH_TEXT_FEATURES, label=_("Text"), icon="pilcrow", group=WORDS, max_length=20_000,
        template="catalogue/blocks/text.html",
        description=_("Headings, paragraphs, lists and links."),
        preview_value="<h2>Thrown by hand, one at a time</h2><p>Every cup is a little different. The clay comes from the"
        " Westerwald, the glaze from the sand of the bay.</p><ul><li>Dishwasher safe</li><li>Keeps warm for long</li></ul>",
    )  # fmt: skip


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = CleanTextBlock(features=SHORT_FEATURES, label=_("answer"), max_length=3000)

    class Meta:
        icon = "help"
        label = _("Question")


class FaqBlock(PageBlock):
    """Questions that open. Search engines read them as FAQPage."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    questions = blocks.ListBlock(QuestionBlock(), label=_("questions"), min_num=1, max_num=MOST_QUESTIONS)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        group = HELP
        template = "catalogue/blocks/faq.html"
        description = _("What people ask before they buy. Search engines may show the answers beside your page.")
        preview_value = {
            "heading": "Before you buy",
            "questions": [
                {"question": "Can it go into the dishwasher?", "answer": "<p>Yes, at up to 60 °C.</p>"},
                {"question": "Is every piece the same?", "answer": "<p>No. They are thrown by hand.</p>"},
            ],
        }

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        asked = [each for each in value["questions"] if each["question"] and each["answer"]]
        return {"questions": asked} if asked else None
