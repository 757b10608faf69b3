"""How many pages came from memory: whether the page cache earns its keep."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stoa.backoffice.charts import Point, bar_chart
from stoa.backoffice.screen import Page
from stoa.kernel.pagecache.queries import DayOfPages, pages_by_day


def percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10} %"


def _words(day: DayOfPages) -> str:
    return _("%(day)s: %(percent)s of %(total)s") % {
        "day": date_format(day.day, "DATE_FORMAT"), "percent": percent(day.permille), "total": day.total,
    }  # fmt: skip


class Pages(Page):
    right = "operations.view_sales_report"
    template_name = "backoffice/insights/pages.html"
    page_title = gettext_lazy("Pages from memory")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = pages_by_day()
        points = [Point(str(day.day.day), day.permille // 10, _words(day)) for day in days]
        hits, total = sum(day.hits for day in days), sum(day.total for day in days)
        return {
            **super().get_context_data(**kwargs),
            "days": [(day, percent(day.permille)) for day in reversed(days)],
            "chart": bar_chart(points, lambda value: f"{value} %") if days else None,
            "rate": percent(round(1000 * hits / total)) if total else "",
            "total": total,
            "made": total - hits,
        }
