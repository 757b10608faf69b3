"""From templates to mail bodies. Templates are compiled once; what people typed is data and is never compiled.

The MJML source, with Django's placeholders in it, becomes HTML once per process. Each mail is then an ordinary render
of that HTML, with autoescape: ``{{ 7|add:7 }}`` in somebody's name reads as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import mrml
from django.template import Context, Engine, Template, engines
from django.template.backends.django import DjangoTemplates

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "operations" / "mail"
INCLUDE = re.compile(r'<mj-include path="(?P<part>_\w+\.mjml)" />')
SUBJECT_LENGTH = 200


class MailTemplateError(ValueError):
    """A template of ours is not valid MJML."""


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    html: str
    text: str


def render(template: str, subject: str, context: Mapping[str, Any]) -> Rendered:
    """``template``: a name in templates/operations/mail, without its ending."""
    subject = one_line(subject)
    values = {**context, "subject": subject}
    html = _html_template(template).render(Context(values, autoescape=True))
    text = _text_template(template).render(Context(values, autoescape=False))
    return Rendered(subject, html, _tidy(text))


def one_line(text: str) -> str:
    """A header value: no line ends, no control or direction characters, not endless."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    visible = "".join(c for c in visible if unicodedata.category(c) not in ("Cf", "Cs"))
    return " ".join(visible.split())[:SUBJECT_LENGTH]


@cache
def _html_template(name: str) -> Template:
    # Without ``fonts`` mrml links web fonts of a third party into the head of every mail.
    output = mrml.to_html(_source(name), render_options=mrml.RenderOptions(fonts={}))
    if output.warnings:
        raise MailTemplateError(f"{name}.mjml: {', '.join(str(warning) for warning in output.warnings)}")
    return _engine().from_string("{% load i18n %}" + output.content)


def _source(name: str) -> str:
    """A layout with its parts put in. Not left to mrml, which lays out an included section without the mail's width."""
    layout = (FOLDER / f"{name}.mjml").read_text()
    return INCLUDE.sub(lambda found: (FOLDER / found["part"]).read_text(), layout)


@cache
def _text_template(name: str) -> Template:
    return _engine().get_template(f"operations/mail/{name}.txt")


def _engine() -> Engine:
    backend = engines["django"]
    if not isinstance(backend, DjangoTemplates):  # pragma: no cover - says what the settings promise
        raise TypeError
    return backend.engine


def _tidy(text: str) -> str:
    """No trailing blanks, never more than one empty line, one line end at the end."""
    text = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
