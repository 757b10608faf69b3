from __future__ import annotations

import pytest
from wagtail.models import Site

from stoa.storefront.content.actions import name_site


@pytest.mark.django_db
def test_the_page_tree_bears_the_name_of_the_shop():
    name_site("Mill Lane")
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    assert (site.site_name, site.root_page.title, site.root_page.draft_title) == ("Mill Lane", "Mill Lane", "Mill Lane")
