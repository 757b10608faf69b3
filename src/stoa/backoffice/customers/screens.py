"""Who buys: the list, and one customer with orders, addresses and what they spent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from stoa.backoffice import timeline
from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, MoneyColumn, PillColumn, TwoLineColumn, shown
from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.orders import tones
from stoa.backoffice.prices.groups import MembershipForm
from stoa.backoffice.screen import Page
from stoa.customers.identity import actions as people
from stoa.customers.identity import queries
from stoa.customers.models import Customer
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.operations.models import Order, Payment

# What counts as bought: neither given up nor still waiting for its money.
_BOUGHT = ~Q(status__in=[Order.Status.CANCELLED, Order.Status.AWAITING_PAYMENT])
SCREEN = "backoffice:customer"


def customer_url(customer: Customer) -> str:
    return reverse(SCREEN, args=[customer.pk])


def spent(orders: QuerySet[Order]) -> list[Money]:
    """What bought orders came to, refunds taken off, one Money a currency."""
    back = (
        Payment.objects.filter(order=OuterRef("pk"))
        .order_by()
        .values("order")
        .annotate(sum=Sum("refunded_minor"))
        .values("sum")
    )
    rows = (
        orders.filter(_BOUGHT)
        .order_by()
        .annotate(back=Coalesce(Subquery(back), 0))
        .values("currency")
        .annotate(sum=Sum(F("total_minor") - F("back")))
        .order_by("currency")
    )
    return [Money(row["sum"], row["currency"]) for row in rows]


class CustomerList(Listing):
    model = Customer
    right = "customers.view_customer"
    url_name = "customers"
    page_title = _("Customers")
    header_icon = "group"
    search_placeholder = _("Name, e-mail or phone")
    empty_message = _("No customers yet. Everybody who buys will stand here.")
    default_ordering = "-created_at"

    def get_base_queryset(self) -> QuerySet:
        # Aggregated by hand: a join would count each order once per row of the other.
        bought = Order.objects.filter(_BOUGHT, customer=OuterRef("pk")).order_by().values("customer")
        return Customer.objects.annotate(
            order_count=Coalesce(Subquery(bought.annotate(n=Count("pk")).values("n")), 0),
            spent_minor=Coalesce(Subquery(bought.annotate(sum=Sum("total_minor")).values("sum")), 0),
            currency=Subquery(bought.annotate(n=Count("currency", distinct=True)).filter(n=1).values("currency")[:1]),
        )

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(pk__in=queries.find_customers(text).order_by().values("pk"))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "name",
                label=_("Customer"),
                accessor=str,
                sort_key="name",
                get_url=customer_url,
                below=lambda c: c.email,
            ),
            Column("order_count", label=_("Orders"), sort_key="order_count", classname=NUMBER),
            MoneyColumn(
                "spent",
                label=_("Bought for"),
                sort_key="spent_minor",
                accessor=lambda c: Money(c.spent_minor, c.currency) if c.currency else None,
            ),
            PillColumn("account", label=_("Account"), accessor=_account, tone_of=lambda c: "", classname=WIDE),
            MomentColumn("created_at", label=_("Since"), sort_key="created_at", classname=WIDE),
        ]


def _account(customer: Customer) -> str:
    return _t("registered") if customer.user_id else ""


class CustomerNoteForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class CustomerScreen(Page):
    right = "customers.view_customer"
    template_name = "backoffice/customers/detail.html"
    header_icon = "group"
    parents = ((_("Customers"), "backoffice:customers"),)

    def get_page_title(self) -> str:
        return str(self.customer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            self.customer = queries.customer_by_id(kwargs["customer_id"])
        except NotFoundError as error:
            raise Http404 from error
        orders = Order.objects.filter(customer=self.customer)
        return {
            **super().get_context_data(**kwargs),
            "customer": self.customer,
            "orders": [
                (order, tones.ORDER.get(order.status, "")) for order in orders.order_by("-placed_at", "-pk")[:50]
            ],
            "order_count": orders.filter(_BOUGHT).count(),
            "spent": [shown(money) for money in spent(orders)],
            "addresses": queries.addresses_of(self.customer),
            "group_form": MembershipForm(initial={"group": self.customer.group_id}),
            "note_form": CustomerNoteForm(initial={"note": self.customer.note}),
            "moments": timeline.moments(trail_of("customer", self.customer.pk)[:30]),
        }


@step("customers.change_customer", SCREEN)
def change_note(request: HttpRequest, customer_id: int) -> str:
    customer = queries.customer_by_id(customer_id)
    people.update_customer(customer, actor=actor_of(request), note=cleaned(CustomerNoteForm(request.POST))["note"])
    return _t("Note kept.")
