"""Groups of customers, and the price list that each has in a market."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import all_markets
from stoa.catalogue.prices.actions import set_group_price_list
from stoa.catalogue.prices.queries import group_lists, price_lists
from stoa.customers.groups import actions, queries
from stoa.customers.models import CustomerGroup
from stoa.kernel.errors import NotFoundError

SEE = "customers.view_customergroup"
RIGHT = "customers.change_customergroup"
LIST = "backoffice:customer_groups"


class Groups(Page):
    right = SEE
    template_name = "backoffice/prices/groups.html"
    page_title = _("Customer groups")
    header_icon = "group"
    parents = ((_("Customers"), "backoffice:customers"),)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may(RIGHT):
            return []
        return [HeaderButton(_("Add a group"), url=reverse("backoffice:customer_group_new"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = {each.id: each.name for each in price_lists()}
        rows = [
            (group, [names[pk] for pk in dict.fromkeys(group_lists(group.pk).values()) if pk in names])
            for group in queries.groups()
        ]
        return {**super().get_context_data(**kwargs), "rows": rows}


class GroupForm(forms.Form):
    """A name, and for each market the list on which the group finds its prices."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = price_lists()
        for market in all_markets():
            fitting = [(str(each.id), each.name) for each in lists if each.currency == market.currency]
            self.fields[f"market_{market.pk}"] = forms.ChoiceField(
                label=_t("Prices in %(market)s") % {"market": market.shop_name}, required=False,
                choices=[("", _("as everybody")), *fitting],
                help_text=_("What the list lacks costs as for everybody, and a running sale is for them too."),
            )  # fmt: skip


class NewGroup(FormPage):
    right = RIGHT
    form_class = GroupForm
    page_title = _("New customer group")
    header_icon = "group"
    parents = ((_("Customer groups"), LIST),)
    success_url_name = LIST

    def perform(self, values: dict[str, Any]) -> CustomerGroup:
        group = actions.create_group(values["name"], actor=self.actor)
        self.write_lists(group, values)
        return group

    def write_lists(self, group: CustomerGroup, values: dict[str, Any]) -> None:
        for market in all_markets():
            chosen = values[f"market_{market.pk}"]
            set_group_price_list(group.pk, market, int(chosen) if chosen else None, actor=self.actor)


class EditGroup(NewGroup):
    @cached_property
    def group(self) -> CustomerGroup:
        try:
            return queries.group_by_id(self.kwargs["group_id"])
        except NotFoundError as error:
            raise Http404 from error

    def get_page_title(self) -> str:
        return self.group.name

    def get_initial(self) -> dict[str, Any]:
        chosen = {f"market_{market}": str(pk) for market, pk in group_lists(self.group.pk).items()}
        return {"name": self.group.name, **chosen}

    def perform(self, values: dict[str, Any]) -> CustomerGroup:
        group = actions.rename_group(self.group.pk, values["name"], actor=self.actor)
        self.write_lists(group, values)
        return group


@step(RIGHT, LIST)
def remove(request: HttpRequest, group_id: int) -> str:
    actions.delete_group(group_id, actor=actor_of(request))
    return _t("The group is gone. Its customers pay as everybody does.")


class MembershipForm(forms.Form):
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=CustomerGroup.objects.order_by("name"), required=False, empty_label=_("none")
    )


@step(RIGHT, "backoffice:customer")
def assign(request: HttpRequest, customer_id: int) -> str:
    group = cleaned(MembershipForm(request.POST))["group"]
    actions.assign_group(customer_id, group.pk if group else None, actor=actor_of(request))
    return _t("In the group %(group)s now.") % {"group": group.name} if group else _t("In no group now.")
