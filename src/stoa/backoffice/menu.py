"""The menu is the house: Today, Orders, Products, Stock, Customers, Marketing, Content, Insights, Settings. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from stoa.backoffice.gate import ANY_STAFF, CONTENT, USERS
from stoa.backoffice.guard import Right, may

SEARCHES: Right = ("marketing.view_searchday", "operations.view_sales_report")


class RightMenuItem(MenuItem):
    """Shown to those who hold the right."""

    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, self.right)


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    label: str | Promise
    icon: str
    url_name: str = ""
    right: Right = ()
    children: tuple[Entry, ...] = field(default=())

    def item(self, order: int) -> MenuItem:
        name = f"stoa-{self.name}"
        if self.children:
            inner = Menu(items=[child.item(place) for place, child in enumerate(self.children)])
            return SubmenuMenuItem(self.label, inner, name=name, icon_name=self.icon, order=order)
        url = reverse_lazy(self.url_name)
        return RightMenuItem(self.label, url, name=name, icon_name=self.icon, order=order, right=self.right)


IMPORTING: Right = ("exchange.import_products", "exchange.import_customers")
INVOICING: Right = "operations.change_documentsettings"
EXPORTING: Right = ("exchange.export_products", "exchange.export_customers")

REPORTS = "operations.view_sales_report"
HOUSE: tuple[Entry, ...] = (
    Entry("today", _("Today"), "calendar-check", "wagtailadmin_home", ANY_STAFF),
    Entry(
        "orders", _("Orders"), "clipboard-list",
        children=(
            Entry("order-list", _("Orders"), "clipboard-list", "backoffice:orders", "operations.view_order"),
            Entry("invoices", _("Invoices"), "doc-full", "backoffice:documents", "operations.view_document"),
            Entry("invoice-batches", _("Invoices in batches"), "tasks", "backoffice:document_batches", "operations.issue_document"),
        ),
    ),
    Entry(
        "products", _("Products"), "tag",
        children=(
            Entry("product-list", _("Products"), "tag", "wagtailsnippets_catalogue_product:list", "catalogue.view_product"),
            Entry("categories", _("Categories"), "list-ul", "backoffice:categories", "catalogue.view_category"),
            Entry("completeness", _("Pages to complete"), "tasks", "backoffice:completeness", "catalogue.change_product"),
            Entry("types", _("Types and attributes"), "sliders", "backoffice:types", "catalogue.view_producttype"),
            Entry("imports", _("Import"), "upload", "backoffice:imports", IMPORTING),
            Entry("exports", _("Export"), "download", "backoffice:exports", EXPORTING),
            Entry("bulk-edits", _("Bulk edits"), "tasks", "backoffice:bulk_edits", "catalogue.view_bulkedit"),
            Entry("price-lists", _("Price lists"), "tag", "backoffice:price_lists", "catalogue.change_prices"),
            Entry("price-sales", _("Sales"), "calendar-alt", "backoffice:price_sales", "catalogue.change_prices"),
        ),
    ),
    Entry(
        "stock", _("Stock"), "table",
        children=(
            Entry("levels", _("Levels"), "table", "backoffice:levels", "inventory.view_stocklevel"),
            Entry("sourcing", _("To source"), "clipboard-list", "backoffice:sourcing", SEARCHES),
            Entry("moves", _("Ledger"), "history", "backoffice:moves", "inventory.view_stockmove"),
        ),
    ),
    Entry(
        "customers", _("Customers"), "group",
        children=(
            Entry("customer-list", _("Customers"), "group", "backoffice:customers", "customers.view_customer"),
            Entry("customer-groups", _("Groups"), "group", "backoffice:customer_groups", "customers.view_customergroup"),
        ),
    ),
    Entry(
        "marketing", _("Marketing"), "mail",
        children=(
            Entry("promotions", _("Promotions"), "tag", "backoffice:promotions", "catalogue.view_promotion"),
            Entry("gift-cards", _("Gift cards"), "tag", "backoffice:gift_cards", "operations.view_giftcard"),
            Entry("feeds", _("Feeds"), "globe", "backoffice:feeds", "marketing.view_feedproblem"),
            Entry("missing", _("Missing addresses"), "link", "backoffice:missing", "marketing.view_missingaddress"),
            Entry("synonyms", _("Synonyms"), "resubmit", "backoffice:synonyms", "marketing.change_searchredirect"),
            Entry("curations", _("Results by hand"), "thumbtack", "backoffice:curations", "marketing.change_searchredirect"),
        ),
    ),
    Entry(
        "content", _("Content"), "doc-full",
        children=(
            Entry("pages", _("Pages"), "folder-open-inverse", "wagtailadmin_explore_root", CONTENT),
            Entry("menus", _("Menus"), "list-ul", "backoffice:menus", "marketing.change_menu"),
            Entry("authors", _("Authors"), "user", "wagtailsnippets_storefront_author:list", "storefront.change_author"),
            Entry("pictures", _("Pictures"), "image", "wagtailimages:index", CONTENT),
            Entry("videos", _("Videos"), "media", "wagtailsnippets_catalogue_video:list", "catalogue.view_video"),
            Entry("documents", _("Documents"), "doc-full-inverse", "wagtaildocs:index", CONTENT),
            Entry("redirects", _("Redirects"), "redirect", "wagtailredirects:index", "wagtailredirects.change_redirect"),
        ),
    ),
    Entry(
        "insights", _("Insights"), "glasses",
        children=(
            Entry("sales", _("Sales"), "glasses", "backoffice:sales", "operations.view_sales_report"),
            Entry("tax-report", _("Taxes to file"), "decimal", "backoffice:tax_report", "operations.view_sales_report"),
            Entry("gift-card-debt", _("Owed on gift cards"), "tag", "backoffice:gift_card_liability", REPORTS),
            Entry("searches", _("Search"), "search", "backoffice:searches", SEARCHES),
            Entry("paths", _("How products are found"), "redirect", "backoffice:paths", SEARCHES),
            Entry("filter-use", _("Use of filters"), "sliders", "backoffice:filter_use", SEARCHES),
            Entry("page-audit", _("Page audit"), "view", "backoffice:findings", "marketing.view_auditfinding"),
            Entry("reach", _("Reach"), "link", "backoffice:reach", (*CONTENT, "operations.view_sales_report")),
            Entry("pages-kept", _("Pages from memory"), "history", "backoffice:pages_kept", "operations.view_sales_report"),
        ),
    ),
    Entry(
        "settings", _("Settings"), "cogs",
        children=(
            Entry("identity", _("Shop"), "home", "backoffice:identity", "catalogue.change_market"),
            Entry("checkout-fields", _("Checkout"), "form", "backoffice:checkout_fields", "catalogue.change_market"),
            Entry("theme", _("Theme"), "view", "backoffice:themes", "marketing.change_theme"),
            Entry("taxes", _("Taxes"), "decimal", "backoffice:taxes", ("operations.view_taxrate", "operations.change_taxrate")),
            Entry("document-settings", _("Invoices"), "doc-full", "backoffice:document_settings", INVOICING),
            Entry("delivery", _("Delivery"), "globe", "backoffice:zones", "operations.change_deliveryzone"),
            Entry("methods", _("Payment methods"), "key", "backoffice:methods", "operations.change_paymentmethod"),
            Entry("locations", _("Locations"), "site", "backoffice:locations", "inventory.change_location"),
            Entry("staff", _("Staff"), "user", "wagtailusers_users:index", USERS),
            Entry("mail", _("Mail texts"), "mail", "backoffice:mail_kinds", "operations.view_mailmessage"),
            Entry("mails", _("Mail log"), "mail", "backoffice:mails", "operations.view_mailmessage"),
            Entry("mailbox", _("Mailbox"), "download", "backoffice:mailbox", "customers.change_user"),
            Entry("payments", _("Payment messages"), "comment", "backoffice:payment_events", "operations.check_paymentevent"),
            Entry("events", _("Events"), "resubmit", "backoffice:deliveries", "kernel.view_delivery"),
            Entry("jobs", _("Jobs"), "tasks", "backoffice:jobs", "kernel.view_jobrun"),
            Entry("audit", _("Audit trail"), "history", "backoffice:audit", "kernel.view_auditentry"),
        ),
    ),
)  # fmt: skip


def house_items() -> list[MenuItem]:
    return [entry.item(order) for order, entry in enumerate(HOUSE)]


def keep_house_only(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's own entries go: what is worth having of them stands under Content and Settings."""
    items[:] = [item for item in items if item.name.startswith("stoa-")]
