"""Files come in and go out by the back office, with the worker in between."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stoa.backoffice.testing import client_of
from stoa.catalogue.products.models import Product
from stoa.customers.models import Customer
from stoa.exchange.models import ColumnMap, ExportedFile, ImportedFile
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.operations.testing import Shop

GOODS = "Artikel;Bezeichnung;Farbe;Preis;Bestand;Material\nA1;Becher;blau;9,50;3;Ton\nA2;Kanne;rot;x;1;Ton\nA3;Krug;;12,00;0;Glas\n"


def upload(client: Client, text: str, name: str = "goods.csv", **fields: str) -> ImportedFile:
    content = SimpleUploadedFile(name, text.encode())
    response = client.post("/admin/imports/new/", {"kind": "products", "mode": "new", "file": content, **fields})
    assert response.status_code == 302, response.content.decode()
    return ImportedFile.objects.order_by("-pk")[0]


def test_any_table_comes_in_through_a_map_and_goes_again(shop: Shop, owner: Client) -> None:
    before = Product.objects.count()
    file = upload(owner, GOODS)
    page = owner.get(f"/admin/imports/{file.pk}/").content.decode()
    assert "Nobody knows these columns" in page
    page = owner.get(f"/admin/imports/{file.pk}/map/").content.decode()
    assert "Becher" in page
    columns = ["sku", "title", "attribute", "price", "stock", "attribute"]
    fields = {f"meaning-{number}": meaning for number, meaning in enumerate(columns)}
    rules = {"lists": ",", "paths": ">", "weight": "g", "size": "mm", "decimal": ",", "name": "Lager"}
    response = owner.post(f"/admin/imports/{file.pk}/map/", {**fields, "name-2": "Colour", **rules})
    assert response["Location"] == f"/admin/imports/{file.pk}/"
    kept = ColumnMap.objects.get()
    assert kept.mapping["columns"]["Farbe"] == "attribute:Colour"
    assert kept.mapping["columns"]["Material"] == "attribute:Material"
    owner.post(f"/admin/imports/{file.pk}/check/")
    run_all_jobs()
    page = owner.get(f"/admin/imports/{file.pk}/").content.decode()
    assert "If it were brought in now" in page
    assert "the price is not a number" in page
    assert Product.objects.count() == before
    owner.post(f"/admin/imports/{file.pk}/run/")
    run_all_jobs()
    file.refresh_from_db()
    assert (file.state, file.imported, file.rejected, Product.objects.count()) == ("finished", 2, 1, before + 2)
    assert Product.objects.get(title="Becher").variants.get().prices.get().amount_minor == 950
    rows = list(csv.reader(io.StringIO(b"".join(owner.get(f"/admin/imports/{file.pk}/rows.csv")).decode("utf-8-sig"))))
    assert rows[1] == ["2", "rejected", "the price is not a number: 'x'", "Kanne"]
    assert "Undo this import" in owner.get(f"/admin/imports/{file.pk}/").content.decode()
    owner.post(f"/admin/imports/{file.pk}/undo/")
    run_all_jobs()
    file.refresh_from_db()
    assert (file.state, Product.objects.count()) == ("undone", before)
    assert "2 removed" in owner.get(f"/admin/imports/{file.pk}/").content.decode()
    verbs = set(
        AuditEntry.objects.filter(subject_type="import", subject_id=str(file.pk)).values_list("verb", flat=True)
    )
    assert verbs == {
        "import.received", "import.settings_changed", "import.check_begun", "import.run_begun", "import.undo_begun",
        "import.undone",
    }  # fmt: skip


def test_a_known_layout_needs_no_map(shop: Shop, owner: Client) -> None:
    file = upload(owner, "Handle,Title,Variant Price\nx-cup,Cup,5\n")
    assert "shopify" in owner.get(f"/admin/imports/{file.pk}/").content.decode()
    owner.post(f"/admin/imports/{file.pk}/settings/", {"mode": "update", "fields_": ["prices"]})
    file.refresh_from_db()
    assert (file.settings["update"], file.settings["fields"]) == (True, ["prices"])
    owner.post(f"/admin/imports/{file.pk}/discard/")
    assert not ImportedFile.objects.filter(pk=file.pk).exists()


def test_what_is_no_table_says_so_and_a_step_at_the_wrong_time_does_nothing(shop: Shop, owner: Client) -> None:
    file = upload(owner, "%PDF-1.7", "goods.pdf")
    assert "is no table" in owner.get(f"/admin/imports/{file.pk}/").content.decode()
    owner.post(f"/admin/imports/{file.pk}/run/")
    run_all_jobs()
    file.refresh_from_db()
    assert (file.state, file.done) == ("failed", 0)
    assert "is no table" in file.error
    response = owner.post(f"/admin/imports/{file.pk}/pictures/", follow=True)
    assert "0 pictures are tried again" in response.content.decode()


def test_customers_come_and_go(shop: Shop, owner: Client) -> None:
    file = upload(owner, "Email,First Name,Last Name\nnew@example.org,Ada,Low\n", "people.csv", kind="customers")
    owner.post(f"/admin/imports/{file.pk}/run/")
    run_all_jobs()
    assert Customer.objects.get(email="new@example.org").name == "Ada Low"
    text = b"".join(owner.get("/admin/exports/customers.csv")).decode()
    assert "new@example.org" in text
    owner.post(f"/admin/imports/{file.pk}/undo/")
    run_all_jobs()
    assert not Customer.objects.filter(email="new@example.org").exists()


def test_everything_goes_out(shop: Shop, owner: Client) -> None:
    assert "Handle,Title" in b"".join(owner.get("/admin/exports/products.csv")).decode()
    owner.post("/admin/exports/shop/")
    run_all_jobs()
    export = ExportedFile.objects.get()
    assert export.state == "finished"
    assert str(export.pk) in owner.get("/admin/exports/").content.decode()
    assert b"".join(owner.get(f"/admin/exports/{export.pk}/")).startswith(b"PK")


@pytest.mark.parametrize("role", ["fulfilment", "support", "analyst"])
def test_others_neither_bring_in_nor_take_out(shop: Shop, owner: Client, role: str) -> None:
    file = upload(owner, GOODS)
    client = client_of(role)
    for path in ("", "new/", f"{file.pk}/", f"{file.pk}/map/", f"{file.pk}/rows.csv"):
        assert client.get(f"/admin/imports/{path}").status_code in {302, 403}
    assert client.get("/admin/exports/products.csv").status_code in {302, 403}
    client.post(f"/admin/imports/{file.pk}/run/")
    file.refresh_from_db()
    assert file.state == "ready"
