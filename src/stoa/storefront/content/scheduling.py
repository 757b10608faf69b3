"""What was scheduled in the editor goes live, or leaves, when its time has come."""

from __future__ import annotations

from django.core.management import call_command


def publish_scheduled() -> None:
    """Products and content pages alike; Wagtail knows which are due."""
    call_command("publish_scheduled", verbosity=0)
