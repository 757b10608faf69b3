"""The staff roles: what each may do. Code is the truth; ``sync_roles`` writes it into Django's groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

ACCESS = frozenset({"wagtailadmin.access_admin"})

SEE_ORDERS = frozenset({"operations.view_order", "operations.view_document"})
SEE_GOODS = frozenset(
    {"catalogue.view_product", "catalogue.view_variant", "catalogue.view_category", "catalogue.view_producttype"}
)
SEE_STOCK = frozenset({"inventory.view_stocklevel", "inventory.view_stockmove"})
SEE_CUSTOMERS = frozenset({"customers.view_customer"})
SEE_MAILS = frozenset({"operations.view_mailmessage"})

SEE_PROMOTIONS = frozenset({"catalogue.view_promotion"})
PROMOTIONS = SEE_PROMOTIONS | {"catalogue.change_promotion"}

SEE_CARDS = frozenset({"operations.view_giftcard"})
CARDS = SEE_CARDS | {"operations.issue_giftcard"}

GROUPS = frozenset({"customers.view_customergroup", "customers.change_customergroup"})

MANY_GOODS = frozenset({"catalogue.change_producttype", "catalogue.add_bulkedit", "catalogue.view_bulkedit"})
EDIT_GOODS = frozenset(
    f"catalogue.{verb}_{model}" for model in ("product", "category", "variant") for verb in ("add", "change", "delete")
) | {"catalogue.publish_product", "catalogue.lock_product", "catalogue.unlock_product", "catalogue.change_prices"}
KEEP_STOCK = frozenset({"inventory.adjust_stock", "inventory.export_stock"})
MONEY = frozenset(
    {
        "operations.refund_order",
        "operations.cancel_order",
        "operations.receive_payment",
        "operations.check_paymentevent",
        "operations.issue_document",
    }
)
PAGES = frozenset(
    f"wagtailcore.{codename}" for codename in ("add_page", "change_page", "publish_page", "bulk_delete_page")
)
MEDIA = frozenset(
    {"wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image"}
    | {"wagtaildocs.add_document", "wagtaildocs.change_document", "wagtaildocs.choose_document"}
    | {f"catalogue.{verb}_video" for verb in ("add", "change", "delete", "view")}
)
# Words and pictures, and how people come to them.
WORDS = (
    PAGES
    | MEDIA
    | {"wagtailredirects.add_redirect", "wagtailredirects.change_redirect", "wagtailredirects.delete_redirect"}
    | {f"storefront.{verb}_author" for verb in ("add", "change", "delete", "view")}
    | {"marketing.change_menu"}
)
CONTENT = WORDS | {"marketing.change_theme"}
# What makes the shop found: searches, feeds, the page audit, addresses that lead nowhere.
FOUND = frozenset(
    {
        "marketing.view_searchday",
        "marketing.change_searchredirect",
        "marketing.view_feedproblem",
        "marketing.change_feedsettings",
        "marketing.view_auditfinding",
        "marketing.change_auditfinding",
        "marketing.view_missingaddress",
        "marketing.change_missingaddress",
    }
)
MACHINERY = frozenset(
    {"kernel.view_delivery", "kernel.replay_delivery", "kernel.view_jobrun", "kernel.view_auditentry"}
)
EXCHANGE = frozenset(f"exchange.{verb}_{what}" for verb in ("import", "export") for what in ("products", "customers"))
TERMS = frozenset(
    {
        "operations.change_deliveryzone",
        "operations.view_taxrate",
        "inventory.change_location",
        "inventory.change_policy",
    }
)
HOUSE = frozenset(
    {
        "catalogue.change_market",
        "operations.change_taxrate",
        "operations.change_paymentmethod",
        "operations.change_documentsettings",
    }
)
STAFF = frozenset(f"customers.{verb}_user" for verb in ("add", "change", "delete", "view"))

_MANAGER = (
    ACCESS
    | SEE_ORDERS
    | SEE_GOODS
    | SEE_STOCK
    | SEE_CUSTOMERS
    | SEE_MAILS
    | EDIT_GOODS
    | MANY_GOODS
    | PROMOTIONS
    | CARDS
    | GROUPS
    | KEEP_STOCK
    | MONEY
    | CONTENT
    | FOUND
    | MACHINERY
    | TERMS
    | EXCHANGE
    | {"operations.export_order", "operations.annotate_order", "operations.ship_order", "operations.view_sales_report"}
    | {"operations.resend_mailmessage", "customers.change_customer", "catalogue.view_cost"}
    | {"marketing.publish_with_findings"}
)


@dataclass(frozen=True, slots=True)
class Role:
    code: str
    label: str | Promise
    description: str | Promise
    rights: frozenset[str]


ROLES: tuple[Role, ...] = (
    Role("owner", _("Owner"), _("Everything, and who else may work here."), _MANAGER | HOUSE | STAFF),
    Role(
        "manager",
        _("Manager"),
        _("Runs the shop: goods, orders, money, pages. Not taxes, payment methods or staff."),
        _MANAGER,
    ),
    Role(
        "fulfilment",
        _("Fulfilment"),
        _("Packs and ships orders, counts and corrects stock. Sees no costs and gives no money back."),
        ACCESS
        | SEE_ORDERS
        | SEE_GOODS
        | SEE_STOCK
        | KEEP_STOCK
        | {"operations.ship_order", "operations.annotate_order"},
    ),
    Role(
        "support",
        _("Support"),
        _("Answers customers: sees orders and customers, writes notes, sends mails again."),
        ACCESS
        | SEE_ORDERS
        | SEE_GOODS
        | SEE_CUSTOMERS
        | SEE_MAILS
        | SEE_PROMOTIONS
        | SEE_CARDS
        | {"operations.annotate_order", "operations.resend_mailmessage", "customers.change_customer"},
    ),
    Role(
        "marketing",
        _("Marketing"),
        _(
            "Writes pages and promotions, and has the shop found: guides, journal, menus, searches, feeds, page audit, "
            "redirects. Sees goods and sales figures, no costs and no customers."
        ),
        ACCESS | SEE_GOODS | WORDS | FOUND | PROMOTIONS | {"operations.view_sales_report"},
    ),
    Role(
        "analyst",
        _("Analyst"),
        _("Sees goods, stock, costs and sales figures. Sees no customers and changes nothing."),
        ACCESS
        | SEE_GOODS
        | SEE_STOCK
        | SEE_PROMOTIONS
        | {"operations.view_sales_report", "catalogue.view_cost", "inventory.export_stock"},
    ),
)
ROLE_BY_CODE = {role.code: role for role in ROLES}


class UnknownRightsError(LookupError):
    """A role names rights that no model declares: a typo, or migrations that have not run."""


@transaction.atomic
def sync_roles() -> None:
    """Make the groups say what ``ROLES`` says. Safe to run at every start; members stay as they are.

    Runs after ``migrate``. Raises UnknownRightsError where a right has no row.
    """
    known = _permissions({right for role in ROLES for right in role.rights})
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role.code)
        group.permissions.set([known[right] for right in role.rights])
        _sync_content(group, known, role.rights)
    # Wagtail's first migration makes these two; nobody in this house uses them.
    Group.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()


def _permissions(rights: Iterable[str]) -> dict[str, Permission]:
    wanted = set(rights)
    rows = Permission.objects.select_related("content_type").filter(codename__in={r.partition(".")[2] for r in wanted})
    found = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
    if missing := wanted - found.keys():
        raise UnknownRightsError(f"no such rights: {', '.join(sorted(missing))}")
    return {right: found[right] for right in wanted}


def _sync_content(group: Group, known: dict[str, Permission], rights: frozenset[str]) -> None:
    """Wagtail asks for page and media rights per tree, so they hang on the two roots as well."""
    page_root, media_root = Page.get_first_root_node(), Collection.get_first_root_node()
    pages = {known[right].pk for right in rights & PAGES} if page_root else set()
    media = {known[right].pk for right in rights & MEDIA} if media_root else set()
    GroupPagePermission.objects.filter(group=group).exclude(permission__in=pages, page=page_root).delete()
    GroupCollectionPermission.objects.filter(group=group).exclude(permission__in=media, collection=media_root).delete()
    for pk in pages:
        GroupPagePermission.objects.get_or_create(group=group, page=page_root, permission_id=pk)
    for pk in media:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=media_root, permission_id=pk)


def grantable_roles(user: AbstractBaseUser | AnonymousUser) -> list[Role]:
    """The roles that ``user`` may give to others: those whose every right they hold themselves."""
    held = user.get_all_permissions()  # type: ignore[union-attr]
    return [role for role in ROLES if role.rights <= held]
