from __future__ import annotations

from html import escape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from stoa.catalogue.media.queries import PictureView

register = template.Library()
TYPES = {"avif": "image/avif", "webp": "image/webp"}


@register.simple_tag
def picture(
    view: PictureView | None,
    sizes: str = "100vw",
    loading: str = "lazy",
    alt: str | None = None,
    fetchpriority: str = "",
    **attributes: str,
) -> SafeString | str:
    """A ``<picture>`` with AVIF and WebP sources; the original until renditions exist; nothing without a picture.

    ``class`` goes on the ``<img>``. ``loading`` is "eager" for what is seen first. Width and height are always there,
    so that nothing jumps. Where it is cropped, it is cropped around its focal point.
    """
    if view is None:
        return ""
    size = conditional_escape(sizes)
    # Put together by hand: a list has two dozen of them, and ``format_html`` took as long as the rest of a card.
    sources = "".join(
        f'<source type="{TYPES[kind]}" srcset="{_srcset(view, kind)}" sizes="{size}">'
        for kind in TYPES
        if view.sources.get(kind)
    )
    if view.focus is not None:
        attributes["class_"] = f"{attributes.get('class_', '')} focus-x{view.focus[0]} focus-y{view.focus[1]}".strip()
    extras = [(name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items() if value]
    if fetchpriority:
        extras.append(("fetchpriority", fetchpriority))
    more = "".join(f' {conditional_escape(name)}="{conditional_escape(value)}"' for name, value in extras)
    if jpegs := _srcset(view, "jpeg"):
        more += f' srcset="{jpegs}" sizes="{size}"'
    text = conditional_escape(view.alt if alt is None else alt)
    return mark_safe(  # noqa: S308 - every part is escaped above
        f'<picture>{sources}<img src="{escape(view.url_for(640))}" width="{int(view.width)}" height="{int(view.height)}" '
        f'alt="{text}" loading="{conditional_escape(loading)}" decoding="async"{more}></picture>'
    )


def _srcset(view: PictureView, kind: str) -> str:
    """Escaped."""
    return escape(", ".join(f"{url} {width}w" for width, _, url in view.sources.get(kind, ())))
