"""Who may work here, and how they come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from stoa.backoffice.roles import ROLES, grantable_roles, sync_roles
from stoa.backoffice.staff.login import TRIES_PER_ACCOUNT
from stoa.backoffice.testing import PASSWORD, client_of, make_staff
from stoa.customers.models import User
from stoa.kernel.actors import SYSTEM
from stoa.kernel.web import ratelimit
from stoa.operations.testing import Shop
from stoa.storefront.content.actions import save_page, text_block

LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def _no_tries_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    counters = ratelimit.FileCounters(tmp_path / "tries.sqlite3")
    monkeypatch.setattr(ratelimit, "_counters", lambda: counters)


def log_in(email: str, password: str = PASSWORD) -> tuple[int, str]:
    response = Client().post(LOGIN, {"username": email, "password": password})
    return response.status_code, response.get("Location", "")


def test_staff_come_in_by_e_mail_in_any_case(shop: Shop) -> None:
    make_staff("support")
    assert log_in("support@staff.example") == (302, "/admin/")
    assert log_in("SUPPORT@staff.example") == (302, "/admin/")


def test_a_customer_is_answered_like_a_stranger(shop: Shop) -> None:
    User.objects.create_user("ada@example.com", PASSWORD)
    pages = [
        Client().post(LOGIN, {"username": email, "password": PASSWORD}).context["form"].non_field_errors()
        for email in ("ada@example.com", "nobody@example.com")
    ]
    assert pages[0] == pages[1]
    assert pages[0]


def test_tries_are_counted(shop: Shop) -> None:
    make_staff("support")
    for _try in range(TRIES_PER_ACCOUNT):
        assert log_in("support@staff.example", "wrong")[0] == 422
    assert log_in("support@staff.example")[0] == 422
    make_staff("manager")
    assert log_in("manager@staff.example")[0] == 302


def test_log_in_never_leaves_the_site(shop: Shop) -> None:
    make_staff("support")
    sent = {"username": "support@staff.example", "password": PASSWORD, "next": "//evil.example/"}
    response = Client().post(LOGIN, sent)
    assert (response.status_code, response.get("Location")) == (302, "/admin/")


def test_nobody_gives_away_more_than_they_hold(shop: Shop) -> None:
    assert [role.code for role in grantable_roles(make_staff("owner"))] == [role.code for role in ROLES]
    held = {role.code for role in grantable_roles(make_staff("manager"))}
    assert held == {"manager", "fulfilment", "support", "marketing", "analyst"}
    assert {role.code for role in grantable_roles(make_staff("support"))} == {"support"}


def test_an_owner_adds_and_changes_people(owner: Client, shop: Shop) -> None:
    sent = {
        "email": "new@staff.example",
        "first_name": "New",
        "last_name": "One",
        "role": "support",
        "password": "12345",
    }
    assert owner.post(reverse("wagtailusers_users:add"), sent).status_code == 422
    owner.post(reverse("wagtailusers_users:add"), {**sent, "password": PASSWORD})
    member = User.objects.get(email="new@staff.example")
    assert [group.name for group in member.groups.all()] == ["support"]
    assert member.is_superuser is False
    edit = reverse("wagtailusers_users:edit", args=[member.pk])
    owner.post(edit, {"role": "analyst", "is_superuser": "on", "is_staff": "on", "email": "other@example.com"})
    member.refresh_from_db()
    assert [group.name for group in member.groups.all()] == ["analyst"]
    assert (member.is_active, member.is_superuser, member.email) == (False, False, "new@staff.example")
    assert log_in("new@staff.example")[0] == 422


def test_owners_cannot_step_down_by_themselves(owner: Client, shop: Shop) -> None:
    me = make_staff("owner")
    owner.post(reverse("wagtailusers_users:edit", args=[me.pk]), {"role": "support", "first_name": "Ines"})
    me.refresh_from_db()
    assert me.is_active
    assert [group.name for group in me.groups.all()] == ["owner"]
    assert me.first_name == "Ines"


def test_a_superuser_is_out_of_reach(owner: Client, shop: Shop) -> None:
    boss = User.objects.create_superuser("boss@staff.example", PASSWORD)
    response = owner.post(
        reverse("wagtailusers_users:edit", args=[boss.pk]), {"role": "support", "password": "another long one"}
    )
    assert response["Location"] == "/admin/"
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_customers_are_no_staff_to_edit(owner: Client, shop: Shop) -> None:
    buyer = User.objects.create_user("ada@example.com", PASSWORD)
    assert owner.get(reverse("wagtailusers_users:edit", args=[buyer.pk])).status_code == 404


def test_roles_come_back_when_somebody_tampered_with_them(shop: Shop) -> None:
    analyst = make_staff("analyst")
    group = analyst.groups.get()
    group.permissions.clear()
    sync_roles()
    assert User.objects.get(pk=analyst.pk).has_perm("operations.view_sales_report")
    assert not User.objects.get(pk=analyst.pk).has_perm("operations.view_order")


EVERYTHING = ["today", "orders", "products", "stock", "customers", "marketing", "content", "insights", "settings"]


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        ("owner", EVERYTHING),
        ("manager", EVERYTHING),
        ("fulfilment", ["today", "orders", "products", "stock"]),
        ("support", ["today", "orders", "products", "customers", "marketing", "settings"]),
        ("marketing", ["today", "products", "stock", "marketing", "content", "insights"]),
        ("analyst", ["today", "products", "stock", "marketing", "insights"]),
    ],
)
def test_the_menu_is_the_house(shop: Shop, role: str, entries: list[str]) -> None:
    from wagtail.admin.menu import admin_menu

    request = client_of(role).get("/admin/").wsgi_request
    items = sorted(admin_menu.menu_items_for_request(request), key=lambda item: item.order)
    assert [item.name.removeprefix("stoa-") for item in items] == entries


def test_nobody_takes_another_address_or_brings_a_file_by_the_own_account(shop: Shop) -> None:
    analyst = client_of("analyst")
    fields = {
        "name_email-first_name": "Ann", "name_email-last_name": "Alyst", "name_email-email": "ada@example.com",
        "theme-theme": "system", "theme-contrast": "system", "theme-density": "default",
        "locale-preferred_language": "", "locale-current_time_zone": "",
        "avatar-avatar": SimpleUploadedFile("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    }  # fmt: skip
    assert analyst.post(reverse("wagtailadmin_account"), fields).status_code == 302
    user = User.objects.get(email="analyst@staff.example")
    assert user.first_name == "Ann"
    assert not user.wagtail_userprofile.avatar
    assert not User.objects.filter(email="ada@example.com").exists()


def test_marketing_writes_pages_and_leaves_goods_settings_and_people_alone(shop: Shop) -> None:
    client = client_of("marketing")
    page = save_page("care", "Care", [text_block("<p>Wash it.</p>")], actor=SYSTEM)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    may = page.permissions_for_user(User.objects.get(pk=client.session["_auth_user_id"]))
    assert (may.can_edit(), may.can_publish(), may.can_add_subpage()) == (True, True, False)
    product = shop.mug.product_id
    for name, arguments in (
        ("wagtailsnippets_catalogue_product:edit", [product]), ("backoffice:product_prices", [product]),
        ("backoffice:identity", []), ("backoffice:taxes", []), ("wagtailusers_users:index", []), ("backoffice:customers", []),
        ("backoffice:themes", []),
    ):  # fmt: skip
        answer = client.get(reverse(name, args=arguments))
        # Wagtail's own screens send home, with a word why.
        assert (answer.status_code, answer.get("Location", "")) in {(403, ""), (302, "/admin/")}, name
