"""What every page of the shop is made of, beside its own content."""

from __future__ import annotations

# Header and footer of every page are made of these.
EVERYWHERE = ("market", "categories", "content", "menus", "theme")
