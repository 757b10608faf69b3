"""Old addresses that lead to new ones. Kept in Wagtail's redirects, where the merchant sees and edits them."""

from __future__ import annotations

from wagtail.contrib.redirects.models import Redirect


def move_address(old: str, new: str) -> None:
    """Have ``old`` (a path) lead to ``new`` for good.

    Whatever led to ``old`` leads to ``new`` directly; nothing is left that leads away from ``new``.
    """
    if old == new:
        return
    Redirect.objects.filter(redirect_link=old).update(redirect_link=new)
    clear_address(new)
    old_path = Redirect.normalise_path(old)
    known = Redirect.objects.filter(old_path=old_path, site=None)
    if not known.update(redirect_link=new, redirect_page=None, is_permanent=True):
        Redirect.add_redirect(old, redirect_to=new, is_permanent=True, automatically_created=True)


def clear_address(path: str) -> None:
    """``path`` is a live address: nothing may lead away from it."""
    Redirect.objects.filter(old_path=Redirect.normalise_path(path), site=None).delete()


def all_redirects() -> list[tuple[str, str]]:
    """(old path, where it leads) of all that lead to an address."""
    rows = Redirect.objects.exclude(redirect_link="").order_by("old_path")
    return list(rows.values_list("old_path", "redirect_link"))
