"""The one gate through which HTML that people wrote reaches a page."""

from __future__ import annotations

import nh3

TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "i", "li",
    "ol", "p", "pre", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# Their text is no text: it goes with the tag.
DROPPED_WHOLE = {"script", "style", "template", "iframe", "object", "noscript", "svg", "math", "title", "textarea"}


def clean_html(html: str) -> str:
    """``html`` with only harmless tags, attributes and link schemes left; everything else is gone or plain text.

    Relative links stay; links to other sites get ``rel="noopener nofollow"``-style protection from nh3.
    """
    without_surrogates = html.encode("utf-8", "ignore").decode()
    return nh3.clean(
        without_surrogates,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        clean_content_tags=DROPPED_WHOLE,
        link_rel="noopener noreferrer",
    )


def plain_text(html: str) -> str:
    """What is left to read of ``html``, on one line, entities resolved: for descriptions and the search."""
    import html as entities

    spaced = html.replace("<", " <").encode("utf-8", "ignore").decode()
    text = nh3.clean(spaced, tags=set(), clean_content_tags=DROPPED_WHOLE)
    return " ".join(entities.unescape(text).split())
