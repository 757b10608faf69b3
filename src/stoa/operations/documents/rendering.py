"""From a snapshot to the bytes of a PDF/A-3. The same snapshot, template and libraries give the same bytes.

typst has the whole of a document in its data; it reads no file, asks no clock, and what people typed is never compiled.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from stoa.operations.documents import embedding
from stoa.operations.documents.errors import TemplateBrokenError
from stoa.operations.documents.sample import KINDS, sample

# typst and pikepdf are libraries of some tens of megabytes: who serves pages never needs them, so that they are imported
# where the first document is made.
if TYPE_CHECKING:
    import typst

NAME = "document.typ"
BUILT_IN = Path(__file__).parent / "template" / NAME
# Where a shop keeps a template and fonts of its own.
TEMPLATES, OVERRIDE = Path("templates"), Path("documents")
FONTS = Path("fonts")
# What no font has is shown as this; the electronic invoice keeps the text as it was typed.
UNKNOWN = "?"
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_AT_MOST = 400
_lock = threading.Lock()


def own_template() -> Path:
    """Where a shop puts a layout of its own: below STOA_TEMPLATES, or ``templates`` in STOA_HOME."""
    folder: Path = settings.STOA_TEMPLATES or settings.STOA_HOME / TEMPLATES
    return folder / OVERRIDE / NAME


def has_own_template() -> bool:
    return own_template().is_file()


def template() -> str:
    """The template that holds now: the shop's own where there is one. Raises TemplateBrokenError if it cannot be read."""
    own = own_template()
    try:
        return (own if own.is_file() else BUILT_IN).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateBrokenError(str(error)) from error


def check(source: str) -> None:
    """Try a layout with a made-up document of every kind. Raises TemplateBrokenError."""
    problem = _problem(source)
    if problem:
        raise TemplateBrokenError(problem)


@lru_cache(maxsize=4)
def _problem(source: str) -> str:
    for kind in KINDS:
        try:
            pdf(sample(kind), source)
        except TemplateBrokenError as error:
            return str(error.facts["why"])
    return ""


def template_hash(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def renderer() -> str:
    """Whose bytes these are: another version may set the same text differently."""
    return f"typst {_version('typst')}, pikepdf {_version('pikepdf')}"


def pdf(data: Mapping[str, Any], source: str) -> bytes:
    """The document. Raises TemplateBrokenError where ``source`` cannot be set with ``data``."""
    made = _compiled({name: value for name, value in data.items() if name != "xml"}, source, data["moment"])
    return embedding.embed(made, data["xml"], data["moment"]) if data.get("xml") else made


def _compiled(data: Mapping[str, Any], source: str, moment: str) -> bytes:
    import typst

    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    at = datetime.fromisoformat(moment)
    for _attempt in range(_AT_MOST):
        try:
            with _lock:
                made = _compiler().compile(
                    input=source.encode(), sys_inputs={"data": text}, pdf_standards=["a-3b"], timestamp=at
                )
        except typst.TypstError as error:
            missing = _MISSING.search(error.message)
            if missing is None:
                raise TemplateBrokenError(error.message) from error
            # PDF/A forbids what no font can show; a name in such a script must not hold up an invoice.
            text = _without(text, missing[1])
        else:
            if not isinstance(made, bytes):  # pragma: no cover - what one PDF is, says the library
                raise TemplateBrokenError("no single document")
            return made
    raise TemplateBrokenError("too many characters that no font has")


def _without(text: str, missing: str) -> str:
    found = text
    for character in set(missing) - set(UNKNOWN + '"\\{}[]:,'):
        if not character.isascii():
            found = found.replace(character, UNKNOWN)
    if found == text:
        raise TemplateBrokenError(f"no font has {missing!r}")
    return found


@cache
def _compiler() -> typst.Compiler:
    """One a process: it keeps its fonts. Only those that come with it and the shop's own: the same on every machine."""
    import typst

    own = settings.STOA_HOME / FONTS
    paths: list[Any] = [own] if own.is_dir() else []
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)
    empty = settings.STOA_HOME / "cache" / "typst"
    empty.mkdir(parents=True, exist_ok=True)
    # A template reads nothing but its data: its root is an empty folder.
    return typst.Compiler(root=empty, font_paths=fonts, package_path=empty, package_cache_path=empty)


@cache
def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)
