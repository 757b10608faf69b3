"""Days and times as people say them, in the time zone of the shop (or the one that a member of staff chose)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from stoa.kernel import clock


def moment(at: datetime | None) -> str:
    """``Today, 14:03``, ``Yesterday, 09:40``, ``22 Nov, 23:59``, ``22 Nov 2025, 23:59``; blank for none."""
    if at is None:
        return ""
    there, today = timezone.localtime(at), timezone.localtime(clock.now()).date()
    time = date_format(there, "TIME_FORMAT")
    return _("%(day)s, %(time)s") % {
        "day": _day(there, today.toordinal() - there.toordinal(), today.year),
        "time": time,
    }


def _day(there: datetime, days_ago: int, this_year: int) -> str:
    if days_ago == 0:
        return _("Today")
    if days_ago == 1:
        return _("Yesterday")
    if there.year == this_year:
        return date_format(there, get_format("MONTH_DAY_FORMAT").replace("F", "M"))
    return date_format(there, "SHORT_DATE_FORMAT")
