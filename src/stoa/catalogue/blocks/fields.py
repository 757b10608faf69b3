"""Page bodies whose blocks are code, not schema."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    """A StreamField that keeps its blocks out of migrations.

    In the database it is one JSON column whatever the blocks are. Packages add blocks (``stoa.blocks``) and rooms above
    have their own: a new block, or a new word in a label, must not ask for a migration.
    """

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
