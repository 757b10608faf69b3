"""What the worker looks after by itself."""

from __future__ import annotations

from stoa.catalogue.bulk.actions import forget_old
from stoa.catalogue.media.actions import pictures_without_renditions, render_picture


def forget_bulk_edits() -> int:
    """Let go of bulk edits that nobody applied, and of old ones."""
    return forget_old()


def sweep_pictures() -> int:
    """Make the renditions of pictures that have none: whatever way they came in, and if their first job was lost."""
    done = 0
    for picture_id in pictures_without_renditions(limit=20):
        done += render_picture(picture_id)
    return done
