"""How the shop looks: colours, type, corners, air. Nothing that cannot be read is saved."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from wagtail.images.widgets import AdminImageChooser

from stoa.backoffice.guard import actor_of, cleaned, require, step
from stoa.backoffice.menus.screens import market_of
from stoa.backoffice.screen import FormPage
from stoa.backoffice.themes import words
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.models import Market, Picture
from stoa.marketing.preview import sample
from stoa.marketing.themes import actions, queries, rules
from stoa.marketing.themes.errors import ThemeUnreadableError
from stoa.marketing.themes.rules import Look, Palette

RIGHT = "marketing.change_theme"
SCREEN = "backoffice:theme"


class ColourField(forms.CharField):
    """``#rrggbb``; the short form and capitals are taken too."""

    widget = forms.TextInput(attrs={"type": "color"})

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "").strip().lower()
        if len(text) == 4 and text.startswith("#"):
            text = "#" + "".join(char * 2 for char in text[1:])
        return text

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not rules.is_colour(value):
            raise forms.ValidationError(_t("Write a colour such as #26473a."))


class LookForm(forms.Form):
    """Colours are named ``light_background`` ... ``dark_sale``."""

    body = forms.ChoiceField(label=_("Typeface of texts"))
    headings = forms.ChoiceField(label=_("Typeface of headings"))
    radius = forms.ChoiceField(label=_("Corners"), choices=list(words.RADII.items()), widget=forms.RadioSelect)
    density = forms.ChoiceField(
        label=_("Air between things"), choices=list(words.DENSITIES.items()), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        faces = [*words.FACES.items(), *((face.key, face.name) for face in queries.faces())]
        for name in ("body", "headings"):
            self.fields[name].choices = faces  # type: ignore[attr-defined]
        for scheme in words.SCHEMES:
            for name, (label, help_text) in words.CHOSEN.items():
                self.fields[f"{scheme}_{name}"] = ColourField(label=label, help_text=help_text, max_length=7)

    def colours(self) -> list[tuple[str, Any, list[Any]]]:
        """(scheme, its name, its fields) for the template."""
        return [
            (scheme, label, [self[f"{scheme}_{name}"] for name in words.CHOSEN])
            for scheme, label in words.SCHEMES.items()
        ]

    @staticmethod
    def look(values: dict[str, Any]) -> Look:
        def palette(scheme: str) -> Palette:
            return Palette(**{name: values[f"{scheme}_{name}"] for name in rules.COLOURS})

        return Look(
            palette("light"), palette("dark"), values["body"], values["headings"], values["radius"], values["density"]
        )

    @staticmethod
    def values(look: Look) -> dict[str, str]:
        data = rules.as_json(look)
        colours = {f"{scheme}_{name}": colour for scheme in words.SCHEMES for name, colour in data[scheme].items()}
        return {**{name: data[name] for name in ("body", "headings", "radius", "density")}, **colours}


class ThemeScreen(FormPage):
    right = RIGHT
    form_class = LookForm
    template_name = "backoffice/themes/theme.html"
    page_title = _("Theme")
    header_icon = "view"
    submit_label = _("Try it out")
    success_message = _("Every text can be read. Look at the preview, then publish.")

    @cached_property
    def market(self) -> Market:
        return market_of(self.kwargs.get("market") or markets.default_market().code)

    def get_initial(self) -> dict[str, str]:
        return LookForm.values(queries.draft_of(self.market.pk))

    def perform(self, values: dict[str, Any]) -> Any:
        look = LookForm.look(values)
        try:
            return actions.try_out(self.market.pk, look, actor=self.actor)
        except ThemeUnreadableError:
            self.refused = look
            raise

    refused: Look | None = None

    def get_success_url(self) -> str:
        return reverse(SCREEN, kwargs={"market": self.market.code}) + "#preview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        theme = queries.theme_of(self.market.pk)
        refused = self.refused
        return {
            **super().get_context_data(**kwargs),
            "market": self.market,
            "markets": markets.all_markets(),
            "has_draft": theme is not None and theme.draft is not None,
            "can_take_back": theme is not None and theme.before is not None,
            "is_plain": theme is None or not theme.look,
            "favicon_form": FaviconForm(initial={"favicon": theme.favicon if theme else None}),
            "font_form": FontForm(),
            "faces": queries.faces(),
            "failures": shown_failures(refused) if refused is not None else [],
            "suggested": LookForm.values(suggested(refused)) if refused is not None else {},
            "changes": changes(refused) if refused is not None else [],
        }


def suggested(look: Look) -> Look:
    return replace(look, light=rules.suggestion(look.light), dark=rules.suggestion(look.dark))


def changes(look: Look) -> list[dict[str, Any]]:
    """What the suggestion would change: (scheme, name, from, to)."""
    better = suggested(look)
    return [
        {"scheme": label, "name": words.CHOSEN[name][0], "before": before, "after": after}
        for scheme, label in words.SCHEMES.items()
        for name in rules.COLOURS
        if (before := getattr(getattr(look, scheme), name)) != (after := getattr(getattr(better, scheme), name))
    ]


def shown_failures(look: Look) -> list[dict[str, Any]]:
    made = {"light": rules.tokens(look.light), "dark": rules.tokens(look.dark)}
    return [
        {
            "scheme": words.SCHEMES[each.scheme],
            "front": words.TOKENS[each.pair.front], "back": words.TOKENS[each.pair.back],
            "front_colour": made[each.scheme][each.pair.front], "back_colour": made[each.scheme][each.pair.back],
            "ratio": rules.shown_ratio(each.ratio), "least": each.pair.least,
            "blame": words.CHOSEN[each.pair.blame][0],
        }
        for each in rules.failures(look)
    ]  # fmt: skip


@step(RIGHT, SCREEN)
def publish(request: HttpRequest, market: str) -> str:
    actions.publish_theme(market_of(market).pk, actor=actor_of(request))
    return _t("Published. Every page shows it from now on.")


@step(RIGHT, SCREEN)
def discard(request: HttpRequest, market: str) -> str:
    actions.discard_draft(market_of(market).pk, actor=actor_of(request))
    return _t("The draft is gone.")


@step(RIGHT, SCREEN)
def reset(request: HttpRequest, market: str) -> str:
    actions.reset_theme(market_of(market).pk, actor=actor_of(request))
    return _t("The shop looks as it came. The look before can be taken back.")


@step(RIGHT, SCREEN)
def take_back(request: HttpRequest, market: str) -> str:
    actions.take_back(market_of(market).pk, actor=actor_of(request))
    return _t("The look before is back.")


class FaviconForm(forms.Form):
    favicon = forms.ModelChoiceField(
        label=_("Picture in the browser's tab"), queryset=Picture.objects.all(), required=False, widget=AdminImageChooser,
        help_text=_("Square, at least 96 pixels wide."),
    )  # fmt: skip


@step(RIGHT, SCREEN)
def favicon(request: HttpRequest, market: str) -> str:
    picture = cleaned(FaviconForm(request.POST))["favicon"]
    actions.set_favicon(market_of(market).pk, picture.pk if picture else None, actor=actor_of(request))
    return _t("Saved.")


class FontForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    file = forms.FileField(
        label=_("WOFF2 file"), help_text=_("At most 400 kB. Make sure that its licence allows use on a website.")
    )


@step(RIGHT, SCREEN)
def add_font(request: HttpRequest, market: str) -> str:
    sent = cleaned(FontForm(request.POST, request.FILES))
    actions.add_font(sent["name"], sent["file"].read(500_000), actor=actor_of(request))
    return _t("Added. Choose it under Type.")


@step(RIGHT, SCREEN)
def remove_font(request: HttpRequest, market: str, font_id: int) -> str:
    actions.remove_font(font_id, actor=actor_of(request))
    return _t("Removed.")


@xframe_options_sameorigin
def preview(request: HttpRequest, market: str) -> HttpResponse:
    """A sample page in the draft's look. ``?scheme=dark``: as at night, whatever the reader's machine says."""
    require(request, RIGHT)
    found = market_of(market)
    scheme = _scheme(request)
    address = reverse("backoffice:theme_css", kwargs={"market": market}) + (f"?scheme={scheme}" if scheme else "")
    shown: HttpResponse = sample(request, found, stylesheet=address)  # type: ignore[assignment]
    return shown


def draft_css(request: HttpRequest, market: str) -> HttpResponse:
    """The draft's style sheet, or that of the look in ``?look=`` (what is being chosen at this moment)."""
    require(request, RIGHT)
    look = _look_of(request.GET.get("look", "")) or queries.draft_of(market_of(market).pk)
    scheme = _scheme(request)
    if scheme:
        palette = look.dark if scheme == "dark" else look.light
        look = Look(palette, palette, look.body, look.headings, look.radius, look.density)
    return HttpResponse(queries.css_of(look), content_type="text/css; charset=utf-8")


def _scheme(request: HttpRequest) -> str:
    scheme = request.GET.get("scheme", "")
    return scheme if scheme in words.SCHEMES else ""


def _look_of(raw: str) -> Look | None:
    """From ``{"light_background": "#fff", ...}``: what is no colour or choice is as in a plain shop."""
    if not raw or len(raw) > 4_000:
        return None
    try:
        values = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    data = {scheme: {name: values.get(f"{scheme}_{name}") for name in rules.COLOURS} for scheme in words.SCHEMES}
    return rules.from_json({**{name: values.get(name) for name in ("body", "headings", "radius", "density")}, **data})


for _view in (preview, draft_css):
    _view.right = RIGHT  # type: ignore[attr-defined]
