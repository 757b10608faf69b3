"""The blocks of the shop's content. What they show of goods is read when the page is shown (see ``live.py``)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from stoa.catalogue.blocks import queries as page_blocks
from stoa.catalogue.categories import queries as categories
from stoa.storefront.content.addresses import check_address

RICH_TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]
RULES = (
    ("featured", _("Favourites: the merchant's own order")),
    ("newest", _("Newest")),
    ("best-selling", _("Best-selling")),
    ("price", _("Lowest price first")),
    ("chosen", _("Only those chosen below")),
)
MOST_CARDS = 12


def category_choices() -> list[tuple[str, str]]:
    """Visible categories as a tree; the value is the number as text."""

    def rows(nodes: Any, level: int) -> Any:
        for node in nodes:
            yield str(node.id), "— " * level + node.name
            yield from rows(node.children, level + 1)

    return list(rows(categories.tree(), 0))


class CategoryBlock(blocks.ChoiceBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": category_choices, "label": _("category"), "required": False, **kwargs})


class LinkBlock(blocks.StructBlock):
    """A button. The page wins over the address; without either nothing is shown."""

    label = blocks.CharBlock(label=_("words on it"), max_length=60, required=False)
    page = blocks.PageChooserBlock(label=_("page"), required=False)
    address = blocks.CharBlock(
        label=_("or an address"), max_length=300, required=False, validators=[check_address],
        help_text=_("A path of the shop such as /c/lamps/, or a whole address."),
    )  # fmt: skip

    class Meta:
        icon = "link"
        label = _("Button")
        template = "storefront/content/blocks/button.html"


class PictureBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(label=_("what it shows"), max_length=200, required=False)
    caption = blocks.CharBlock(label=_("caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "storefront/content/blocks/picture.html"


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


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("words"), max_length=500)
    source = blocks.CharBlock(label=_("whose"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "storefront/content/blocks/quote.html"


class NoteBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=80, required=False)
    text = blocks.RichTextBlock(features=["bold", "italic", "link", "ul"], label=_("text"))

    class Meta:
        icon = "info-circle"
        label = _("Note")
        template = "storefront/content/blocks/note.html"


class ProductsBlock(blocks.StructBlock):
    """A row of goods, chosen or by a rule. Only what can be bought now is shown, filled up from the rule."""

    heading = blocks.CharBlock(label=_("heading"), max_length=80, required=False)
    rule = blocks.ChoiceBlock(choices=RULES, default="featured", label=_("which"))
    category = CategoryBlock(help_text=_("Blank: of the whole shop."))
    count = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=MOST_CARDS)
    chosen = blocks.ListBlock(
        SnippetChooserBlock("catalogue.Product"), label=_("chosen products"), default=[],
        help_text=_("They come first, in this order."), max_num=MOST_CARDS,
    )  # fmt: skip

    class Meta:
        icon = "tag"
        label = _("Products")
        template = "storefront/content/blocks/products.html"


class ProductBlock(blocks.StructBlock):
    """One product inside a text. Sold out: one like it from the same category, else nothing."""

    product = SnippetChooserBlock("catalogue.Product", label=_("product"))
    words = blocks.CharBlock(label=_("why it stands here"), max_length=200, required=False)

    class Meta:
        icon = "tag"
        label = _("One product")
        template = "storefront/content/blocks/product.html"


class HeroBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("headline"), max_length=120)
    text = blocks.TextBlock(label=_("text"), max_length=300, required=False)
    picture = ImageChooserBlock(label=_("picture"), required=False)
    alt = blocks.CharBlock(label=_("what it shows"), max_length=200, required=False)
    layout = blocks.ChoiceBlock(
        choices=(("beside", _("picture beside the words")), ("below", _("wide picture below the words"))),
        default="beside", label=_("layout"),
    )  # fmt: skip
    button = LinkBlock(label=_("button"))
    second = LinkBlock(label=_("second, quiet button"))

    class Meta:
        icon = "home"
        label = _("Opening")
        template = "storefront/content/blocks/hero.html"


class CategoriesBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=80, required=False)
    chosen = blocks.ListBlock(
        CategoryBlock(required=True), label=_("categories"), default=[], max_num=12,
        help_text=_("Blank: those at the top of the tree."),
    )  # fmt: skip

    class Meta:
        icon = "list-ul"
        label = _("Categories")
        template = "storefront/content/blocks/categories.html"


class StoryBlock(blocks.StructBlock):
    eyebrow = blocks.CharBlock(label=_("line above"), max_length=60, required=False)
    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    text = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("text"))
    picture = ImageChooserBlock(label=_("picture"), required=False)
    alt = blocks.CharBlock(label=_("what it shows"), max_length=200, required=False)
    side = blocks.ChoiceBlock(
        choices=(("left", _("picture on the left")), ("right", _("picture on the right"))),
        default="left",
        label=_("side"),
    )
    button = LinkBlock(label=_("button"))

    class Meta:
        icon = "doc-full"
        label = _("Story with picture")
        template = "storefront/content/blocks/story.html"


class ReadingBlock(blocks.StructBlock):
    """The newest posts or guides."""

    heading = blocks.CharBlock(label=_("heading"), max_length=80, required=False)
    kind = blocks.ChoiceBlock(
        choices=(("journal", _("journal posts")), ("guides", _("guides and comparisons"))), default="journal",
        label=_("what"),
    )  # fmt: skip
    count = blocks.IntegerBlock(label=_("how many"), default=3, min_value=1, max_value=6)

    class Meta:
        icon = "doc-full-inverse"
        label = _("From the journal")
        template = "storefront/content/blocks/reading.html"


class TrustBlock(blocks.StaticBlock):
    """What buyers can rely on: delivery, returns, payment, people to ask. All of it from the settings."""

    class Meta:
        icon = "check"
        label = _("What buyers can rely on")
        admin_text = _("Delivery, returns, payment and contact, from the shop's settings and policy pages.")
        template = "storefront/content/blocks/trust.html"


class PickBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("best for"), max_length=60, help_text=_("For example: best for small kitchens."))
    product = SnippetChooserBlock("catalogue.Product", label=_("product"))
    verdict = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("verdict"))
    pros = blocks.ListBlock(blocks.CharBlock(max_length=120), label=_("for it"), default=[], max_num=6)
    cons = blocks.ListBlock(blocks.CharBlock(max_length=120), label=_("against it"), default=[], max_num=6)

    class Meta:
        icon = "pick"
        label = _("Pick")


class AnswerBlock(blocks.StructBlock):
    """What an answer narrows the goods down to; blank fields narrow nothing."""

    label = blocks.CharBlock(label=_("answer"), max_length=80)
    category = CategoryBlock(help_text=_("Only goods of this category."))
    attribute = blocks.CharBlock(
        label=_("attribute"),
        max_length=60,
        required=False,
        help_text=_("The code of an attribute of the product type."),
    )
    value = blocks.CharBlock(label=_("its value"), max_length=120, required=False)
    at_least = blocks.DecimalBlock(label=_("price from"), required=False, min_value=0, max_digits=12, decimal_places=3)
    at_most = blocks.DecimalBlock(label=_("price up to"), required=False, min_value=0, max_digits=12, decimal_places=3)

    class Meta:
        icon = "radio-full"
        label = _("Answer")


class AidQuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=160)
    help = blocks.CharBlock(label=_("a hint"), max_length=200, required=False)
    answers = blocks.ListBlock(AnswerBlock(), label=_("answers"), min_num=2, max_num=8)

    class Meta:
        icon = "help"
        label = _("Question")


class QuestionGroupBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120, required=False)
    questions = blocks.ListBlock(QuestionBlock(), label=_("questions"), min_num=1)

    class Meta:
        icon = "help"
        label = _("Questions about one thing")


def _text() -> blocks.RichTextBlock:
    return blocks.RichTextBlock(
        features=RICH_TEXT_FEATURES, label=_("Text"), template="storefront/content/blocks/text.html"
    )


# Of the product page's blocks, those that need no product of their own.
_OF_PRODUCTS = dict(page_blocks.installed())
GALLERY, VIDEO, COMPARISON = (_OF_PRODUCTS[name] for name in ("gallery", "video", "comparison"))

BODY_BLOCKS = [
    ("text", _text()),
    ("question", QuestionBlock()),
    ("contact", ContactBlock()),
    ("picture", PictureBlock()),
    ("note", NoteBlock()),
]
ARTICLE_BLOCKS = [
    ("text", _text()),
    ("picture", PictureBlock()),
    ("product", ProductBlock()),
    ("products", ProductsBlock()),
    ("comparison", COMPARISON),
    ("gallery", GALLERY),
    ("video", VIDEO),
    ("quote", QuoteBlock()),
    ("note", NoteBlock()),
    ("question", QuestionBlock()),
    ("button", LinkBlock()),
]
SECTION_BLOCKS = [
    ("hero", HeroBlock()),
    ("trust", TrustBlock()),
    ("categories", CategoriesBlock()),
    ("products", ProductsBlock()),
    ("story", StoryBlock()),
    ("reading", ReadingBlock()),
    ("comparison", COMPARISON),
    ("gallery", GALLERY),
    ("video", VIDEO),
    ("text", _text()),
    ("quote", QuoteBlock()),
    ("question", QuestionBlock()),
    ("button", LinkBlock()),
]
PICK_BLOCKS = [("pick", PickBlock())]
AID_BLOCKS = [("question", AidQuestionBlock())]
FAQ_BLOCKS = [("group", QuestionGroupBlock()), ("text", _text())]
