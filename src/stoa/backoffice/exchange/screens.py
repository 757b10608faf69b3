"""Import: a file comes, is looked at, tried out, brought in, and taken back if need be. Export: everything goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import WIDE, MomentColumn, PillColumn, TwoLineColumn
from stoa.backoffice.exchange.forms import FIELD_LABELS, RulesForm, SettingsForm, UploadForm, meanings
from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import actor_of, cleaned, may, require, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import default_market
from stoa.exchange.customers import exporting as people
from stoa.exchange.files.kept import opened
from stoa.exchange.files.queries import import_by_id, things_of
from stoa.exchange.models import ExportedFile, ImportedFile
from stoa.exchange.pictures.actions import retry_pictures
from stoa.exchange.pictures.queries import failed_pictures, progress_of
from stoa.exchange.products import exporting as goods
from stoa.exchange.products.settings import FIELDS, ImportSettings
from stoa.exchange.running import actions, queries
from stoa.exchange.undoing.actions import undone_of
from stoa.kernel.errors import DomainError, NotFoundError

RIGHTS = {
    "products": "exchange.import_products",
    "customers": "exchange.import_customers",
    "orders": "exchange.import_products",
}
ANY_IMPORT = ("exchange.import_products", "exchange.import_customers")
ANY_EXPORT = ("exchange.export_products", "exchange.export_customers")
State = ImportedFile.State
TONES: dict[str, str] = {
    State.FINISHED: "good", State.FAILED: "bad", State.RUNNING: "wait", State.CHECKING: "wait", State.UNDOING: "wait",
}  # fmt: skip
BUSY = {State.RUNNING, State.CHECKING, State.UNDOING}
KIND_LABELS = {"products": _("Products"), "customers": _("Customers"), "orders": _("Orders")}
COUNT_LABELS = {
    "imported": _("brought in"), "updated": _("updated"), "unchanged": _("unchanged"), "credited": _("treated as credit"),
    "skipped": _("there already"), "rejected": _("rejected"),
}  # fmt: skip
SHOWN = 200


class ImportList(Listing):
    model = ImportedFile
    right = ANY_IMPORT
    url_name = "imports"
    page_title = _("Imports")
    header_icon = "upload"
    search_placeholder = _("Name of the file")
    default_ordering = "-started_at"
    empty_message = _("Nothing has been brought in yet. A file of another shop is a good beginning.")
    add_url_name = "backoffice:import_new"
    add_label = _("Bring in a file")

    def get_base_queryset(self) -> QuerySet:
        kinds = [kind for kind, right in RIGHTS.items() if self.may(right)]
        return ImportedFile.objects.filter(kind__in=kinds)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(file_name__icontains=text)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "file_name", label=_("File"), get_url=lambda f: reverse("backoffice:import", args=[f.pk]),
                below=lambda f: KIND_LABELS.get(f.kind, f.kind),
            ),
            PillColumn("state", label=_("State"), accessor="get_state_display", tone_of=lambda f: TONES.get(f.state, "")),
            Column("total_rows", label=_("Rows"), classname=WIDE),
            Column("imported", label=_("Brought in"), classname=WIDE),
            Column("rejected", label=_("Rejected"), classname=WIDE),
            MomentColumn("started_at", label=_("Began"), classname=WIDE),
        ]  # fmt: skip


class NewImport(FormPage):
    right = ANY_IMPORT
    page_title = _("Bring in a file")
    header_icon = "upload"
    parents = ((_("Imports"), "backoffice:imports"),)
    form_class = UploadForm
    submit_label = _("Upload")
    success_message = _("Here is what the file has. Nothing is brought in yet.")

    def get_form_kwargs(self) -> dict[str, Any]:
        kinds = [kind for kind in ("products", "customers") if self.may(RIGHTS[kind])]
        return {**super().get_form_kwargs(), "kinds": kinds}

    def perform(self, values: dict[str, Any]) -> ImportedFile:
        require(self.request, RIGHTS[values["kind"]])
        return actions.receive(
            values["kind"],
            values["file"],
            pictures=values["pictures"],
            update=values["mode"] == "update",
            actor=self.actor,
        )

    def get_success_url(self) -> str:
        return reverse("backoffice:import", args=[self.result.pk])


def _file(request: HttpRequest, file_id: int) -> ImportedFile:
    """Raises Http404, and PermissionDenied for those who may not have files of this kind."""
    try:
        file = import_by_id(file_id)
    except NotFoundError as error:
        raise Http404 from error
    if file.kind not in RIGHTS or not may(request.user, RIGHTS[file.kind]):
        raise PermissionDenied
    return file


class _Watching(Page):
    """Looks again every few seconds while the worker is busy with what it shows."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if context.get("is_busy"):
            response["Refresh"] = "4"
        return response


class ImportScreen(_Watching):
    right = ANY_IMPORT
    template_name = "backoffice/exchange/import.html"
    header_icon = "upload"
    parents = ((_("Imports"), "backoffice:imports"),)

    def get_page_title(self) -> str:
        return self.file.file_name

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, self.right)
        self.file = _file(request, kwargs["file_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = self.file
        is_waiting = file.state in {State.READY, State.CHECKED, State.FAILED} and not file.done
        glimpse = queries.glimpse_of(file) if is_waiting and file.kind == "products" and file.path else None
        settings = ImportSettings.from_json(file.settings)
        pictures = progress_of(file.pk)
        done = (
            int(file.rehearsal.get("done", 0))
            if file.state == State.CHECKING
            else file.imported + file.updated + file.unchanged + file.credited + file.rejected + file.skipped
        )
        return {
            **super().get_context_data(**kwargs),
            "file": file,
            "tone": TONES.get(file.state, ""),
            "kind": KIND_LABELS.get(file.kind, file.kind),
            "is_busy": file.state in BUSY,
            "is_waiting": is_waiting,
            "can_go_on": file.state == State.FAILED and file.done and file.path,
            "can_undo": file.kind in {"products", "customers"}
            and file.done
            and file.state not in {State.UNDONE, State.UNDOING},
            "glimpse": glimpse,
            "layout": settings.mapping.get("name", _t("a map of your own"))
            if settings.mapping
            else glimpse and glimpse.layout,
            "needs_map": bool(glimpse and not glimpse.layout and not settings.mapping and not glimpse.problem),
            "settings_form": SettingsForm(
                initial={"mode": "update" if settings.update else "new", "fields_": sorted(settings.fields)}
            )
            if is_waiting
            else None,
            "is_update": settings.update,
            "fields": [FIELD_LABELS[name] for name in FIELDS if name in settings.fields],
            "done": done,
            "counts": _counts(file),
            "rehearsal": _rehearsal(file),
            "pictures": pictures,
            "failed_pictures": failed_pictures(file.pk)[:50] if pictures.failed else [],
            "undone": undone_of(file.pk) if file.state in {State.UNDOING, State.UNDONE} else None,
            "has_rows": file.rows.exists(),
            "rows": file.rows.order_by("row")[:SHOWN],
            "things": things_of(file.pk).count(),
            "things_waiting": things_of(file.pk).filter(state="done").count() if file.state == State.UNDOING else 0,
        }


def _counts(file: ImportedFile) -> list[tuple[Any, int]]:
    return [(label, count) for name, label in COUNT_LABELS.items() if (count := getattr(file, name))]


def _rehearsal(file: ImportedFile) -> dict[str, Any] | None:
    said = file.rehearsal
    if file.state == State.CHECKING or "counts" not in said:
        return None
    return {
        "counts": [
            (COUNT_LABELS[name], count) for name, count in said["counts"].items() if count and name in COUNT_LABELS
        ],
        "things": [(COUNT_LABELS[name], count) for name, count in said["things"].items() if name in COUNT_LABELS],
        "reasons": sorted(said["reasons"].items(), key=lambda one: -one[1])[:20],
        "notes": sorted(said["notes"].items(), key=lambda one: -one[1])[:20],
        "rows": said["rows"][:SHOWN],
    }


class MapScreen(Page):
    """Which column means what, beside the first rows of the file."""

    right = "exchange.import_products"
    template_name = "backoffice/exchange/map.html"
    header_icon = "upload"
    page_title = _("Which column is what")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        between: list[dict[str, Any]] = [
            {"url": reverse("backoffice:imports"), "label": _("Imports")},
            {"url": reverse("backoffice:import", args=[self.file.pk]), "label": self.file.file_name},
        ]
        return [items[0], *between, items[-1]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, self.right)
        self.file = _file(request, kwargs["file_id"])
        if self.file.kind != "products":
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, file_id: int) -> HttpResponse:
        glimpse = queries.glimpse_of(self.file)
        form = RulesForm(request.POST)
        columns = {}
        for number, name in enumerate(glimpse.header):
            meaning = request.POST.get(f"meaning-{number}", "")
            if meaning:
                given = request.POST.get(f"name-{number}", "").strip()
                columns[name] = f"{meaning}:{given or name}" if meaning in _named() else meaning
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(rules=form, chosen=columns), status=422)
        rules = {name: form.cleaned_data[name] for name in ("lists", "paths", "weight", "size", "decimal")}
        name = form.cleaned_data["name"]
        mapping = {"name": name or "map", "columns": columns, "rules": rules, "header": glimpse.header}
        settings = ImportSettings.from_json({**self.file.settings, "mapping": mapping})
        try:
            actions.choose(self.file.pk, settings, actor=actor_of(request), map_name=name)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return self.render_to_response(self.get_context_data(rules=form, chosen=columns), status=422)
        messages.success(request, _t("The map is kept with the file. Try it out before you bring it in."))
        return redirect("backoffice:import", file_id=self.file.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        glimpse = queries.glimpse_of(self.file)
        kept = list(queries.maps_for("products", glimpse.header)[:20])
        present = self.file.settings.get("mapping") or {}
        wanted = self.request.GET.get("map", "")
        if wanted.isascii() and wanted.isdigit():
            present = next((one.mapping for one in kept if one.pk == int(wanted)), present)
        elif not present and kept and kept[0].fits:  # type: ignore[attr-defined]
            present = kept[0].mapping
        chosen = kwargs.pop("chosen", None)
        if chosen is None:
            chosen = present.get("columns") or glimpse.guesses
        rules = kwargs.pop("rules", None) or RulesForm(
            initial={
                "lists": ",",
                "paths": ">",
                **(present.get("rules") or {}),
                "name": present.get("name", "") if wanted else "",
            }
        )
        columns = []
        for number, name in enumerate(glimpse.header):
            meaning, _, given = chosen.get(name, "").partition(":")
            columns.append(
                {
                    "number": number, "name": name, "meaning": meaning, "given": given,
                    "samples": [row[number] for row in glimpse.rows if row[number]][:3],
                }
            )  # fmt: skip
        return {
            **super().get_context_data(**kwargs),
            "file": self.file, "glimpse": glimpse, "columns": columns, "meanings": meanings(), "rules": rules, "kept": kept,
        }  # fmt: skip


def _named() -> set[str]:
    from stoa.exchange.products.fields import FIELDS as MEANINGS

    return {field.code for field in MEANINGS if field.takes_name}


TO = "backoffice:import"


@step(ANY_IMPORT, TO)
def settings(request: HttpRequest, file_id: int) -> str:
    file = _file(request, file_id)
    form = SettingsForm(request.POST)
    values = cleaned(form)
    said = {**file.settings, "update": values["mode"] == "update", "fields": sorted(form.chosen)}
    actions.choose(file_id, ImportSettings.from_json(said), actor=actor_of(request))
    return _t("Kept.")


@step(ANY_IMPORT, TO)
def check(request: HttpRequest, file_id: int) -> str:
    _file(request, file_id)
    actions.begin_check(file_id, actor=actor_of(request))
    return _t("It is being tried out. Nothing is changed by that.")


@step(ANY_IMPORT, TO)
def run(request: HttpRequest, file_id: int) -> str:
    _file(request, file_id)
    actions.begin_run(file_id, actor=actor_of(request))
    return _t("It is being brought in.")


@step(ANY_IMPORT, TO)
def undo(request: HttpRequest, file_id: int) -> str:
    _file(request, file_id)
    actions.begin_taking_back(file_id, actor=actor_of(request))
    return _t("It is being undone.")


@step(ANY_IMPORT, "backoffice:imports")
def discard(request: HttpRequest, file_id: int) -> str:
    _file(request, file_id)
    actions.discard(file_id, actor=actor_of(request))
    return _t("The file is forgotten.")


@step("exchange.import_products", TO)
def retry(request: HttpRequest, file_id: int) -> str:
    _file(request, file_id)
    count = retry_pictures(file_id, actor=actor_of(request))
    return ngettext("%d picture is tried again.", "%d pictures are tried again.", count) % count


class RejectedRows(Page):
    """Every row about which there is something to say, as CSV."""

    right = ANY_IMPORT

    def get(self, request: HttpRequest, file_id: int) -> HttpResponseBase:  # type: ignore[override]
        file = _file(request, file_id)
        return csv_response(f"import-{file.pk}-rows", [_t("Row"), _t("Outcome"), _t("Reason"), _t("What")], _rows(file))


def _rows(file: ImportedFile) -> Iterator[list[object]]:
    if file.done or "rows" not in file.rehearsal:
        for row in file.rows.order_by("row").iterator(chunk_size=1000):
            yield [row.row, row.outcome, row.reason, row.excerpt]
        for picture in failed_pictures(file.pk).iterator(chunk_size=1000):
            yield [picture.row, "picture", picture.error, picture.source]
    else:
        yield from file.rehearsal["rows"]


class ExportScreen(_Watching):
    right = ANY_EXPORT
    template_name = "backoffice/exchange/export.html"
    header_icon = "download"
    page_title = _("Export")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_goods = self.may("exchange.export_products")
        exports = list(queries.exports()[:20]) if may_goods else []
        return {
            **super().get_context_data(**kwargs),
            "may_goods": may_goods,
            "may_people": self.may("exchange.export_customers"),
            "exports": exports,
            "is_busy": any(export.state == ExportedFile.State.RUNNING for export in exports),
        }


class ProductExport(Page):
    right = "exchange.export_products"

    def get(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return csv_response("products", goods.columns(), goods.product_rows(default_market()))


class CustomerExport(Page):
    right = "exchange.export_customers"

    def get(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return csv_response("customers", people.COLUMNS, people.customer_rows())


@step("exchange.export_products", "backoffice:exports")
def export_shop(request: HttpRequest) -> str:
    actions.begin_export(actor=actor_of(request))
    return _t("The archive is being written.")


class ExportedArchive(Page):
    right = "exchange.export_products"

    def get(self, request: HttpRequest, export_id: int) -> HttpResponseBase:  # type: ignore[override]
        export = ExportedFile.objects.filter(pk=export_id, state=ExportedFile.State.FINISHED).first()
        if export is None:
            raise Http404
        try:
            file = opened(export.path)
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(file, as_attachment=True, filename=f"shop-{export.started_at:%Y-%m-%d}.zip")
