from __future__ import annotations

import pytest

from stoa.customers.groups.actions import create_group
from stoa.customers.identity.actions import customer_for_order, update_customer
from stoa.customers.models import Address, Customer, User
from stoa.exchange.customers.actions import import_customers
from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.models import ImportedFile
from stoa.exchange.testing import row_counts, write_csv
from stoa.exchange.undoing.actions import undo_import
from stoa.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

OLD = [
    "First Name", "Last Name", "Email", "Company", "Address1", "Address2", "City", "Province", "Province Code", "Country",
    "Country Code", "Zip", "Phone", "Accepts Marketing", "Total Spent", "Total Orders", "Tags", "Note", "Tax Exempt",
]  # fmt: skip
TODAY = [
    "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Company",
    "Default Address Address1", "Default Address Address2", "Default Address City", "Default Address Province Code",
    "Default Address Country Code", "Default Address Zip", "Default Address Phone", "Phone", "Accepts SMS Marketing",
    "Total Spent", "Total Orders", "Note", "Tax Exempt", "Tags",
]  # fmt: skip
WOO = [
    "ID", "user_login", "user_email", "user_pass", "first_name", "last_name", "roles", "billing_first_name",
    "billing_last_name", "billing_company", "billing_address_1", "billing_city", "billing_postcode", "billing_country",
    "billing_phone", "shipping_first_name", "shipping_last_name", "shipping_address_1", "shipping_city",
    "shipping_postcode", "shipping_country",
]  # fmt: skip
ANNA_OLD = [
    "Anna", "Berg", "anna@example.org", "Berg Ltd", "Lane 1", "", "Berlin", "Berlin", "BE", "Germany", "DE", "'10115",
    "'+49 30 1", "yes", "10", "1", "trade, vip", "Likes blue.", "no",
]  # fmt: skip
ANNA_TODAY = [
    "'77", "Anna", "Berg", "anna@example.org", "yes", "Berg Ltd", "Lane 1", "", "Berlin", "BE", "DE", "'10115", "'+49 30 1",
    "'+49 30 1", "no", "10", "1", "Likes blue.", "no", "trade, vip",
]  # fmt: skip


@pytest.fixture
def bring(tmp_path):
    def perform(header, rows, name="people.csv", **options):
        return import_customers(write_csv(tmp_path / name, rows, header=header), actor=SYSTEM, **options)

    return perform


@pytest.mark.parametrize(("header", "row"), [(OLD, ANNA_OLD), (TODAY, ANNA_TODAY)])
def test_a_customer_of_shopify(bring, header, row):
    create_group("Trade", actor=SYSTEM)
    account = bring(header, [row])
    assert (account.counts["imported"], account.reasons) == (1, {})
    anna = Customer.objects.get()
    assert (anna.email, anna.name, anna.phone) == ("anna@example.org", "Anna Berg", "+49 30 1")
    assert anna.group.name == "Trade"
    consent = "e-mail: yes, SMS: no" if header is TODAY else "e-mail: yes"
    assert anna.note == f"Likes blue.\nBrought in: tags: trade, vip; consent to marketing: {consent}"
    address = Address.objects.get()
    assert (address.name, address.line1, address.postal_code, address.city, address.region, address.country) == (
        "Anna Berg, Berg Ltd", "Lane 1", "10115", "Berlin", "BE", "DE",
    )  # fmt: skip
    assert address.is_default
    assert User.objects.count() == 0
    assert any("nobody is signed up" in remark for remark in account.remarks)


def test_a_customer_of_woocommerce_has_two_addresses_and_no_password(bring):
    account = bring(WOO, [[
        "5", "anna", "Anna@Example.org", "$P$Bhash", "Anna", "Berg", "customer", "Anna", "Berg", "", "Lane 1", "Berlin",
        "10115", "DE", "030 1", "Otto", "Berg", "Road 2", "Wien", "1010", "Austria",
    ]])  # fmt: skip
    anna = Customer.objects.get()
    assert (anna.email, anna.name, anna.phone, anna.note) == ("anna@example.org", "Anna Berg", "030 1", "")
    assert list(Address.objects.order_by("pk").values_list("name", "line1", "country")) == [
        ("Anna Berg", "Lane 1", "DE"), ("Otto Berg", "Road 2", "AT"),
    ]  # fmt: skip
    assert any("passwords are never brought in (user_pass)" in remark for remark in account.remarks)
    assert "$P$" not in str(list(ImportedFile.objects.values()))


def test_every_row_is_accounted_for(bring):
    customer_for_order("there@example.org", "There")
    rows = [
        ["there@example.org", "T"],
        ["", "Nobody"],
        ["no mail", "N"],
        ["new@example.org", "New"],
        ["NEW@example.org", "N"],
    ]
    before = row_counts()
    rehearsal = bring(["Email", "Name"], rows, is_dry_run=True)
    assert row_counts() == before
    account = bring(["Email", "Name"], rows)
    assert (account.counts, account.reasons) == (rehearsal.counts, rehearsal.reasons)
    assert account.counts == {"imported": 1, "credited": 0, "rejected": 3, "skipped": 1}
    assert account.reasons == {
        "a customer with this e-mail address is there already": 1, "no e-mail address": 1,
        "the e-mail address cannot be one": 1, "the e-mail address stands further up already": 1,
    }  # fmt: skip
    assert Customer.objects.get(email="there@example.org").name == "There"


def test_an_update_and_what_undoing_makes_of_it(bring):
    there = customer_for_order("anna@example.org", "A. Berg", "1")
    account = bring(OLD, [ANNA_OLD, ["Bo", "Li", "bo@example.org", *[""] * 16]], update=True)
    assert account.things == {"updated": 1, "imported": 1}
    there.refresh_from_db()
    assert (there.name, there.phone, there.addresses.count()) == ("Anna Berg", "+49 30 1", 1)
    again = bring(OLD, [ANNA_OLD], "again.csv", update=True)
    assert again.things == {"unchanged": 1}
    update_customer(there, actor=SYSTEM, phone="2")
    done = undo_import(ImportedFile.objects.order_by("pk").first().pk, actor=SYSTEM)
    assert (done.removed, done.restored) == (1, 1)
    assert done.reasons == {"Anna Berg": "changed since, and kept: phone"}
    there.refresh_from_db()
    assert (there.name, there.phone, there.note, there.addresses.count()) == ("A. Berg", "2", "", 0)
    assert not Customer.objects.filter(email="bo@example.org").exists()


def test_a_file_without_addresses_of_mail_is_refused(bring):
    with pytest.raises(UnreadableFileError, match="no column with e-mail addresses"):
        bring(["Name"], [["Anna"]])
    assert ImportedFile.objects.count() == 0


def test_an_address_that_cannot_be_used_is_noted_and_the_customer_comes(bring):
    account = bring(["Email", "Name", "Address1", "City", "Country"], [["a@example.org", "A", "Lane 1", "X", "Narnia"]])
    assert account.notes == {"an address is not brought in (country)": 1}
    assert Customer.objects.get().addresses.count() == 0
