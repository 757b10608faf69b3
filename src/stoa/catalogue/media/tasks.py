from __future__ import annotations

from django_tasks import task

from stoa.catalogue.media import actions


@task(queue_name="media")
def make_renditions(picture_id: int) -> bool:
    return actions.render_picture(picture_id)
