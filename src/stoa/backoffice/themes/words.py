"""What the colours of a look are called where people read about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CHOSEN = {
    "background": (_("Background"), _("Of the whole page.")),
    "surface": (_("Surface"), _("Of fields, panels and notes.")),
    "text": (_("Text"), _("Softer shades and lines are made of it.")),
    "brand": (_("Brand"), _("Of buttons and of what is chosen.")),
    "accent": (_("Accent"), _("Of links and highlights.")),
    "sale": (_("Sale"), _("Of reduced prices.")),
}
TOKENS = {
    "--paper": _("background"),
    "--surface": _("surface"),
    "--sunken": _("shaded background"),
    "--info-surface": _("ground of notes"),
    "--good-surface": _("ground of good news"),
    "--bad-surface": _("ground of errors"),
    "--accent": _("brand colour"),
    "--accent-hover": _("brand colour under the pointer"),
    "--ink": _("text"),
    "--ink-soft": _("softer text"),
    "--link": _("links"),
    "--sale": _("reduced prices"),
    "--on-accent": _("words on buttons"),
    "--good": _("good news"),
    "--warn": _("warnings"),
    "--bad": _("errors"),
    "--line-strong": _("borders of fields"),
    "--focus": _("the ring around what has the focus"),
}
SCHEMES = {"light": _("By day"), "dark": _("By night")}
FACES = {
    "figtree": _("Figtree (comes with the shop)"),
    "system": _("The reader's own system"),
    "humanist": _("Humanist, warm"),
    "geometric": _("Geometric, round"),
    "grotesque": _("Grotesque, plain"),
    "serif": _("Serif, for reading"),
    "oldstyle": _("Old style, classic"),
    "slab": _("Slab, sturdy"),
}
RADII = {"square": _("Square"), "soft": _("A little"), "round": _("Round"), "very-round": _("Very round")}
DENSITIES = {"compact": _("Close"), "normal": _("Normal"), "airy": _("Airy")}
