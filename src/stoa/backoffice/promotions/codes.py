"""Unique codes: made in batches, fetched as CSV, switched off."""

from __future__ import annotations

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import actor_of, cleaned, require, step
from stoa.backoffice.promotions.forms import CodesForm
from stoa.backoffice.promotions.screens import EDIT, SCREEN
from stoa.catalogue.promotions import actions, queries
from stoa.kernel.errors import NotFoundError


@step(EDIT, SCREEN)
def make(request: HttpRequest, promotion_id: int) -> str:
    values = cleaned(CodesForm(request.POST))
    count = actions.make_codes(
        promotion_id, values["count"], actor=actor_of(request), prefix=values["beginning"], batch=values["batch"]
    )
    return ngettext("%(n)d code was made.", "%(n)d codes were made.", count) % {"n": count}


@step(EDIT, SCREEN)
def switch_off(request: HttpRequest, promotion_id: int) -> str:
    """One code where ``code`` is sent, else the batch."""
    code = queries.normal(request.POST.get("code", ""))
    count = actions.switch_off_codes(
        promotion_id, actor=actor_of(request), code=code or None, batch=None if code else request.POST.get("batch", "")
    )
    if not count:
        return _t("No code that could still be used was found.")
    return ngettext("%(n)d code is switched off.", "%(n)d codes are switched off.", count) % {"n": count}


@require_safe
def download(request: HttpRequest, promotion_id: int) -> StreamingHttpResponse:
    """The codes of a batch, or of all. They are worth money: only for those who may make them."""
    require(request, EDIT)
    try:
        row = queries.promotion_by_id(promotion_id)
    except NotFoundError as error:
        raise Http404 from error
    codes = queries.codes_of(row.pk).filter(limit__isnull=False)
    if "batch" in request.GET:
        codes = codes.filter(batch=request.GET["batch"])
    rows = (
        (each.code.upper(), each.batch, each.used, "yes" if each.limit is not None and each.used < each.limit else "no")
        for each in codes.iterator(chunk_size=1000)
    )
    return csv_response("codes", (_t("Code"), _t("Batch"), _t("Used"), _t("Can be used")), rows)
