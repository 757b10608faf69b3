"""The electronic invoice inside its PDF, as Factur-X and ZUGFeRD want it: the file, and its announcement in the XMP.

typst writes PDF/A-3 and could attach the file, but not the four XMP properties by which readers find it; both are done
here, on finished bytes.
"""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Pdf

FILE_NAME = "factur-x.xml"
_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_VALUES = {
    "DocumentType": ("INVOICE", "What the embedded file is"),
    "DocumentFileName": (FILE_NAME, "The name of the embedded file"),
    "Version": ("1.0", "The version of the XML schema of the embedded file"),
    "ConformanceLevel": ("EN 16931", "The profile of the embedded file"),
}


class UnexpectedXmpError(ValueError):
    """The PDF's metadata are not those that typst writes: this module and typst no longer fit."""


def embed(made: bytes, xml: str, moment: str) -> bytes:
    """``made`` with ``xml`` in it. ``moment`` (ISO) is the file's date; equal arguments give equal bytes."""
    from pikepdf import Array, AttachedFileSpec, Name, Pdf  # large: only where a document is made

    at = datetime.fromisoformat(moment)
    with Pdf.open(io.BytesIO(made)) as pdf:
        spec = AttachedFileSpec(
            pdf, xml.encode(), filename=FILE_NAME, mime_type="text/xml", description="EN 16931 invoice",
            relationship=Name.Alternative, creation_date=_stamp(at), mod_date=_stamp(at),
        )  # fmt: skip
        pdf.attachments[FILE_NAME] = spec
        pdf.Root.AF = Array([pdf.attachments[FILE_NAME].obj])
        metadata = pdf.Root.Metadata
        metadata.write(announced(metadata.read_bytes().decode()).encode())
        return _saved(pdf)


def merged(parts: list[bytes]) -> bytes:
    """Several PDFs as one to print."""
    from pikepdf import Pdf

    with Pdf.new() as whole:
        for part in parts:
            with Pdf.open(io.BytesIO(part)) as pdf:
                whole.pages.extend(pdf.pages)
        return _saved(whole)


def announced(xmp: str) -> str:
    """The XMP packet with the Factur-X properties, and the extension schema that PDF/A asks for beside them."""
    schemas, end = "<pdfaExtension:schemas><rdf:Bag>", "</rdf:Description></rdf:RDF>"
    if xmp.count(schemas) != 1 or xmp.count(end) != 1:
        raise UnexpectedXmpError
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _what) in _VALUES.items())
    own = f'</rdf:Description><rdf:Description rdf:about="" xmlns:fx="{_FX}">{values}{end}'
    return xmp.replace(schemas, schemas + _schema(), 1).replace(end, own, 1)


@cache
def _schema() -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{what}</pdfaProperty:description><pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, (_value, what) in _VALUES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_FX}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def _stamp(at: datetime) -> str:
    return at.strftime("D:%Y%m%d%H%M%SZ")


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    # No id of chance, and the metadata stay readable for tools that look for them as text.
    pdf.save(out, deterministic_id=True, compress_streams=False, fix_metadata_version=False)
    return out.getvalue()
