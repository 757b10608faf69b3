from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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
    sources = format_html_join(
        "",
        '<source type="{}" srcset="{}" sizes="{}">',
        ((TYPES[kind], _srcset(view, kind), sizes) for kind in TYPES if view.sources.get(kind)),
    )
    if view.focus is not None:
        attributes["class_"] = f"{attributes.get('class_', '')} focus-x{view.focus[0]} focus-y{view.focus[1]}".strip()
    extras = [(name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items() if value]
    if fetchpriority:
        extras.append(("fetchpriority", fetchpriority))
    if jpegs := _srcset(view, "jpeg"):
        extras += [("srcset", jpegs), ("sizes", sizes)]
    image = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="{}" decoding="async"{}>',
        view.url_for(640),
        view.width,
        view.height,
        view.alt if alt is None else alt,
        loading,
        format_html_join("", ' {}="{}"', extras),
    )
    return format_html("<picture>{}{}</picture>", sources, image)


def _srcset(view: PictureView, kind: str) -> str:
    return ", ".join(f"{url} {width}w" for width, _, url in view.sources.get(kind, ()))
