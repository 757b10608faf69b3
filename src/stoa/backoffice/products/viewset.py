"""Products in Wagtail's frame: drafts, revisions, comparison, live preview, schedule. Creation and deletion go our way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.admin.widgets.slug import SlugInput
from wagtail.snippets.views.snippets import DeleteView, EditView, SnippetViewSet

from stoa.backoffice.guard import actor_of
from stoa.backoffice.products.form import ProductForm
from stoa.backoffice.products.listing import ProductList
from stoa.backoffice.products.new import NewProduct
from stoa.backoffice.publishing.refusals import tell
from stoa.catalogue.models import Product
from stoa.catalogue.products import actions as products
from stoa.kernel.errors import DomainError
from stoa.marketing.phone.errors import PublishRefusedError

WORDS = [
    MultiFieldPanel(
        [
            TitleFieldPanel("title"),
            FieldPanel("slug", widget=SlugInput, help_text=_("The end of the page's address. The old one will lead here.")),
            FieldPanel("subtitle"),
            FieldPanel("brand"),
        ],
        heading=_("Words"),
    ),
    MultipleChooserPanel(
        "pictures", chooser_field_name="picture", heading=_("Pictures"), label=_("picture"),
        panels=[FieldPanel("picture"), FieldRowPanel([FieldPanel("alt"), FieldPanel("variant")])],
    ),
    FieldPanel("body", heading=_("Page")),
]  # fmt: skip
SHELVES = [
    InlinePanel(
        "placements",
        heading=_("Categories"),
        label=_("category"),
        panels=[FieldPanel("category"), FieldPanel("is_primary")],
    ),
    MultiFieldPanel(
        [
            FieldPanel("kind"),
            FieldPanel("tax_class"),
            FieldPanel("tags"),
            FieldPanel("position", help_text=_("A lower number stands earlier.")),
        ],
        heading=_("Facts"),
    ),
    PublishingPanel(),
]
SEARCH = [
    MultiFieldPanel(
        [
            FieldPanel("seo_title", help_text=_("Up to 60 characters are shown. Blank: the title.")),
            FieldPanel(
                "seo_description",
                help_text=_("120 to 160 characters are shown. Blank: the short description, or the first words of the page."),
            ),
        ], heading=_("In search engines"),
        help_text=_("Blank: title and short description."),
    )
]  # fmt: skip


class ProductEdit(EditView):
    def publish_action(self) -> HttpResponse | None:
        """The draft is saved by now; what the check refuses stays one."""
        try:
            return super().publish_action()
        except PublishRefusedError as refusal:
            return tell(self.request, refusal)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        key = [self.object.pk]
        ours = [
            Button(
                _("Copy blocks to other products"), url=reverse("backoffice:blocks_copy", args=key), icon_name="copy"
            ),
            Button(
                _("Keep blocks as a template"), url=reverse("backoffice:blocks_template", args=key), icon_name="copy"
            ),
        ]
        return [*super().header_more_buttons, *ours]

    @cached_property
    def header_buttons(self) -> list[Any]:
        url = reverse("backoffice:variants", args=[self.object.pk])
        attributes = reverse("backoffice:product_attributes", args=[self.object.pk])
        return [
            HeaderButton(_("Variants and prices"), url=url, icon_name="list-ul"),
            HeaderButton(_("Attributes"), url=attributes, icon_name="sliders"),
            HeaderButton(_("Parts"), url=reverse("backoffice:product_parts", args=[self.object.pk]), icon_name="tasks"),
            HeaderButton(
                _("Files"), url=reverse("backoffice:product_files", args=[self.object.pk]), icon_name="doc-full"
            ),
        ]


class ProductDelete(DeleteView):
    """Only what was never sold or stocked can go; the rest is taken off the shop and kept for the books."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        title = str(self.object)
        try:
            is_gone = products.delete_product(self.object.pk, actor=actor_of(request))
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect(self.get_success_url())
        if is_gone:
            messages.success(request, _t("%(title)s is deleted.") % {"title": title})
        else:
            messages.warning(
                request,
                _t("%(title)s has been sold or stocked before, so it is kept, and off the shop.") % {"title": title},
            )
        return redirect(self.get_success_url())


class ProductViewSet(SnippetViewSet):
    model = Product
    icon = "tag"
    base_url_path = "products"
    menu_label = _("Products")
    add_to_admin_menu = False
    menu_item_is_registered = True
    copy_view_enabled = False
    index_view_class = ProductList
    edit_view_class = ProductEdit
    delete_view_class = ProductDelete
    list_per_page = 50
    breadcrumbs_items = [{"url": reverse_lazy("wagtailadmin_home"), "label": _("Today")}]
    edit_handler = TabbedInterface(
        [
            ObjectList(WORDS, heading=_("Page")),
            ObjectList(SHELVES, heading=_("Shelves and facts")),
            ObjectList(SEARCH, heading=_("Search engines")),
        ],
        base_form_class=ProductForm,
    )

    @property
    def add_view(self) -> Any:
        return NewProduct.as_view()

    def get_index_template(self) -> Any:
        return "backoffice/products/list.html"

    def get_index_results_template(self) -> Any:
        return "backoffice/listing_results.html"
