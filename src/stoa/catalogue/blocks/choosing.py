"""Choosers of goods and films inside blocks, light enough for a page that is shown to visitors."""

from __future__ import annotations

from typing import Any

from wagtail.snippets.blocks import SnippetChooserBlock


class ProductChooserBlock(SnippetChooserBlock):
    """A product. Only its name is read: what a page shows of it comes in the page's facts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("catalogue.Product", **kwargs)

    def bulk_to_python(self, values: Any) -> list[Any]:
        chosen = [value for value in values if isinstance(value, int)]
        rows = self.model_class.objects.only("id", "title", "slug", "live", "latest_revision").in_bulk(chosen)
        return [rows.get(value) for value in values]


class VideoChooserBlock(SnippetChooserBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__("catalogue.Video", **kwargs)

    def bulk_to_python(self, values: Any) -> list[Any]:
        rows = self.model_class.objects.select_related("poster").in_bulk([value for value in values if value])
        return [rows.get(value) for value in values]
