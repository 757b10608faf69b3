from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from stoa.customers.identity.actions import (
    create_staff,
    customer_for_order,
    delete_address,
    import_customer,
    link_user,
    save_address,
    update_customer,
)
from stoa.customers.identity.errors import (
    AddressInvalidError,
    EmailInvalidError,
    EmailTakenError,
    UnknownRoleError,
)
from stoa.customers.identity.models import Address, Customer, User
from stoa.customers.identity.queries import (
    address_of,
    addresses_of,
    customer_by_id,
    customer_of_user,
    find_customers,
)
from stoa.customers.identity.rules import (
    ADDRESS_LIMITS,
    AddressData,
    address_problems,
    email_key,
    one_line,
    tidy_address,
)
from stoa.customers.testing import make_customer, make_member, make_user
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=80)
HOME = AddressData("Ada Example", "Main Street 1", "Berlin", "de", postal_code="10115")


@given(ANY_TEXT)
def test_the_key_of_a_key_is_the_key(text):
    assert email_key(email_key(text)) == email_key(email_key(email_key(text)))
    assert email_key(f" {text} ") == email_key(text) or text != text.strip()


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_a_tidy_address_has_only_lines(name, line1, city, country):
    data = tidy_address(AddressData(name, line1, city, country))
    for field in ADDRESS_LIMITS:
        assert one_line(getattr(data, field)) == getattr(data, field)
    if not address_problems(data):
        assert len(data.country) == 2
        assert data.country.isascii()


@pytest.mark.django_db
def test_a_guest_is_one_customer_whatever_the_case():
    first = customer_for_order("Ada@Example.org ", "Ada")
    again = customer_for_order("ada@example.ORG", "Somebody", "123")
    assert first.pk == again.pk
    assert (again.name, again.phone, again.email) == ("Ada", "123", "Ada@Example.org")
    assert customer_for_order("ada+shop@example.org").pk != first.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a@b@c.org",
        "ada@example.org\nBcc: x@y.org",
        "\x00@x.org",
        "x" * 300 + "@example.org",
    ],
)
def test_what_is_no_address_makes_no_customer(email):
    with pytest.raises(EmailInvalidError):
        customer_for_order(email)
    assert Customer.objects.count() == 0


@pytest.mark.django_db
def test_a_stranger_with_a_members_address_changes_nothing():
    member = make_member("ada@example.org")
    update_customer(member, name="Ada", actor=SYSTEM)
    guest = customer_for_order("ADA@example.org", "Mallory", "666", language="xx")
    assert guest.pk == member.pk
    member.refresh_from_db()
    assert (member.name, member.phone, member.language) == ("Ada", "", "")


@pytest.mark.django_db
def test_a_log_in_orders_as_itself_whatever_address_it_types():
    member, other = make_member("ada@example.org"), make_customer("other@example.org")
    assert customer_for_order("other@example.org", user=member.user).pk == member.pk
    other.refresh_from_db()
    assert other.user_id is None


@pytest.mark.django_db
def test_signing_up_takes_over_what_the_guest_ordered():
    guest = make_customer("ada@example.org")
    user = make_user("ada@example.org")
    assert customer_of_user(user) is None
    assert link_user(user, "ada@example.org").pk == guest.pk
    assert customer_of_user(user).pk == guest.pk
    assert link_user(user, "ada@example.org").pk == guest.pk
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_a_customer_with_a_log_in_is_never_given_to_another():
    member = make_member("ada@example.org")
    other = make_user("ada2@example.org")
    mine = link_user(other, "ada@example.org")
    assert mine.pk != member.pk
    member.refresh_from_db()
    assert member.user_id != other.pk
    assert mine.email_key is None


@pytest.mark.django_db
def test_an_imported_customer_is_made_once():
    one = import_customer("online_retail:17850")
    assert import_customer("online_retail:17850").pk == one.pk
    assert (one.email, one.email_key) == ("", None)
    assert import_customer("online_retail:2").pk != one.pk


@pytest.mark.django_db
def test_the_first_address_is_the_default_and_one_is_always():
    customer = make_customer()
    first = save_address(customer, HOME, GUEST)
    second = save_address(customer, AddressData("Ada", "Side Street 2", "Wien", "AT"), GUEST)
    assert (first.country, first.is_default, second.is_default) == ("DE", True, False)
    save_address(customer, AddressData("Ada", "Side Street 3", "Wien", "AT", id=second.pk, is_default=True), GUEST)
    assert list(addresses_of(customer).values_list("line1", "is_default")) == [
        ("Side Street 3", True),
        ("Main Street 1", False),
    ]
    delete_address(customer, second.pk, GUEST)
    assert list(addresses_of(customer).values_list("line1", "is_default")) == [("Main Street 1", True)]


@pytest.mark.django_db
def test_other_peoples_addresses_do_not_exist():
    mine, theirs = make_customer(), make_customer()
    address = save_address(theirs, HOME, GUEST)
    for action in (
        lambda: address_of(mine, address.pk),
        lambda: delete_address(mine, address.pk, GUEST),
        lambda: save_address(mine, AddressData("Eve", "X", "Y", "DE", id=address.pk), GUEST),
        lambda: address_of(theirs, 2**80),
        lambda: address_of(theirs, -1),
        lambda: customer_by_id(2**80),
    ):
        with pytest.raises(NotFoundError):
            action()
    assert Address.objects.get().line1 == "Main Street 1"
    assert addresses_of(mine).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"name": " \x00 "}, {"name": "missing"}), ({"country": "Germany"}, {"country": "too_long"}),
        ({"country": "D1"}, {"country": "unknown"}), ({"country": "ДЕ"}, {"country": "unknown"}),
        ({"line1": "x" * 10_000}, {"line1": "too_long"}), ({"city": ""}, {"city": "missing"}),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused(changes, problems):
    from dataclasses import replace

    with pytest.raises(AddressInvalidError) as caught:
        save_address(make_customer(), replace(HOME, **changes), GUEST)
    assert caught.value.facts["fields"] == problems
    assert Address.objects.count() == 0


@pytest.mark.django_db
def test_the_audit_trail_names_fields_but_not_what_is_in_them():
    customer = make_customer("ada@example.org")
    update_customer(customer, name="New Name", note="calls\nat night", actor=SYSTEM)
    entry = trail_of("customer", customer.pk).get()
    assert entry.facts == {"fields": ["name", "note"]}
    assert "New Name" not in str(entry.facts)
    customer.refresh_from_db()
    assert customer.note == "calls\nat night"


@pytest.mark.django_db
def test_a_taken_or_broken_email_is_refused():
    make_customer("taken@example.org")
    customer = make_customer("ada@example.org")
    with pytest.raises(EmailTakenError):
        update_customer(customer, email="TAKEN@example.org", actor=SYSTEM)
    with pytest.raises(EmailInvalidError):
        update_customer(customer, email="nonsense", actor=SYSTEM)
    with pytest.raises(TypeError):
        update_customer(customer, user_id="1", actor=SYSTEM)
    customer.refresh_from_db()
    assert (customer.email, customer.email_key) == ("ada@example.org", "ada@example.org")


@pytest.mark.django_db
def test_customers_are_found_by_name_mail_phone_and_reference():
    ada = customer_for_order("ada@example.org", "Ada Lovelace", "+44 123")
    imported = import_customer("online_retail:17850")
    for text in ("lovelace", "ADA@", "44 123"):
        assert list(find_customers(text)) == [ada]
    assert list(find_customers("17850")) == [imported]
    assert find_customers("nobody").count() == 0
    assert find_customers("\x00\ud800").count() == 2
    assert find_customers("%").count() == 0


@pytest.mark.django_db
def test_staff_have_one_role_and_a_strong_password():
    Group.objects.get_or_create(name="support")
    user = create_staff("Sue@Example.org", "a long enough secret", "support", name="Sue Support", actor=SYSTEM)
    assert (user.email, user.first_name, user.is_staff, user.is_superuser) == ("sue@example.org", "Sue", True, False)
    assert [group.name for group in user.groups.all()] == ["support"]
    assert user.check_password("a long enough secret")
    with pytest.raises(EmailTakenError):
        create_staff("sue@example.ORG", "a long enough secret", "support", actor=SYSTEM)
    with pytest.raises(UnknownRoleError):
        create_staff("x@example.org", "a long enough secret", "emperor", actor=SYSTEM)
    with pytest.raises(ValidationError):
        create_staff("y@example.org", "password", "support", actor=SYSTEM)
    assert User.objects.count() == 1
