"""What the worker looks after by itself."""

from __future__ import annotations

from stoa.catalogue.media.actions import pictures_without_renditions, render_picture


def sweep_pictures() -> int:
    """Make the renditions of pictures that have none: whatever way they came in, and if their first job was lost."""
    done = 0
    for picture_id in pictures_without_renditions(limit=20):
        done += render_picture(picture_id)
    return done
