"""Blocks of pictures and films."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from stoa.catalogue.blocks.base import LOOKS, PageBlock
from stoa.catalogue.blocks.choosing import VideoChooserBlock
from stoa.catalogue.blocks.facts import Facts
from stoa.catalogue.blocks.rules import Film, film_at
from stoa.catalogue.blocks.samples import some_pictures
from stoa.catalogue.media.queries import PictureView, picture_view

MOST_PICTURES = 24


class AngleBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("what it shows"), max_length=200,
        help_text=_("For people who cannot see it, and for search engines: what would you say on the telephone?"),
    )  # fmt: skip
    caption = blocks.CharBlock(label=_("caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")


class GalleryBlock(PageBlock):
    """Pictures in a grid, or in a row to swipe through."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    layout = blocks.ChoiceBlock(
        choices=[("grid", _("grid")), ("row", _("row to swipe through"))], default="grid", label=_("layout")
    )
    pictures = blocks.ListBlock(AngleBlock(), label=_("pictures"), min_num=1, max_num=MOST_PICTURES)

    class Meta:
        icon = "image"
        label = _("Gallery")
        group = LOOKS
        template = "catalogue/blocks/gallery.html"
        description = _("More pictures, as a grid or as a row to swipe through. A press shows them large.")

    def get_preview_value(self) -> Any:
        value = self.get_default()
        angles = [{"picture": picture, "alt": picture.title, "caption": ""} for picture in some_pictures(4)]
        value["pictures"] = self.child_blocks["pictures"].normalize(angles)
        return value

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        shown = [
            {"view": picture_view(each["picture"], alt=each["alt"]), "caption": each["caption"]}
            for each in value["pictures"]
            if each["picture"] is not None
        ]
        return {"shown": shown, "is_row": value["layout"] == "row"} if shown else None


@dataclass(frozen=True, slots=True)
class FilmView:
    """Either a file of ours (``url``, ``kind``) or a ``film`` of another site, which is not asked before a press."""

    title: str
    url: str = ""
    kind: str = ""
    captions: str = ""
    film: Film | None = None
    poster: PictureView | None = None

    @property
    def small_poster_url(self) -> str:
        """For a film that waits beside other pictures: browsers load the poster at once, in view or not."""
        return self.poster.url_for(480) if self.poster else ""


class VideoBlock(PageBlock):
    """A film: a file of ours, or one of YouTube or Vimeo that is loaded at a press and not before."""

    video = VideoChooserBlock(label=_("video file"), required=False)
    url = blocks.CharBlock(
        label=_("or an address at YouTube or Vimeo"), required=False, max_length=300,
        help_text=_("Nothing is loaded from there, and nobody is told of the visit, before the visitor presses play."),
    )  # fmt: skip
    title = blocks.CharBlock(label=_("what it shows"), max_length=120)
    poster = ImageChooserBlock(
        label=_("poster"),
        required=False,
        help_text=_("Shown until somebody presses play. Blank: that of the video file."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)
    is_in_gallery = blocks.BooleanBlock(
        label=_("show it among the product's pictures instead"), required=False, default=False
    )

    class Meta:
        icon = "media"
        label = _("Video")
        group = LOOKS
        template = "catalogue/blocks/video.html"
        description = _("An MP4 or WebM file of your own, or a film at YouTube or Vimeo that is loaded at a press.")

    def get_preview_value(self) -> Any:
        value = self.get_default()
        value["url"], value["title"] = "https://vimeo.com/76979871", _t("A film of your own")
        value["poster"] = next(iter(some_pictures(1)), None)
        return value

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        problems: dict[str, ValidationError] = {}
        if cleaned["url"] and film_at(cleaned["url"]) is None:
            problems["url"] = ValidationError(_("Only addresses of films at YouTube or Vimeo can be used here."))
        elif bool(cleaned["url"]) == bool(cleaned["video"]):
            problems["video"] = ValidationError(_("Choose a video file or give an address, one of the two."))
        if problems:
            raise StructBlockValidationError(block_errors=problems)
        return cleaned

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        view = film_view(value)
        # Among the pictures it is shown by the page itself; where there is no product page, it is shown here.
        if view is None or (value["is_in_gallery"] and facts.product_id is not None):
            return None
        return {"view": view}

    def origins(self, raw: Mapping[str, Any]) -> list[str]:
        """Other sites that the page must be allowed to frame."""
        film = film_at(raw.get("url") or "")
        return [film.origin] if film is not None else []


def film_view(value: Any) -> FilmView | None:
    """What a video block shows; None where its file is gone, or its address is none that we know."""
    poster = picture_view(value["poster"], alt="") if value["poster"] is not None else None
    if value["video"] is not None:
        file = value["video"]
        poster = poster or (picture_view(file.poster, alt="") if file.poster else None)
        captions = file.captions.url if file.captions else ""
        return FilmView(value["title"] or file.title, file.file.url, f"video/{file.kind}", captions, None, poster)
    film = film_at(value["url"] or "")
    return FilmView(value["title"], film=film, poster=poster) if film is not None else None
