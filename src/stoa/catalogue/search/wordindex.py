"""The words of all products in a tantivy index: in memory, or in a folder that a node shares."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from tantivy import Document as Row
from tantivy import Index, IndexWriter, Schema, SchemaBuilder

from stoa.catalogue.search.analysis import PLAIN, STEMMED, plain, stemmed
from stoa.catalogue.search.reading import Document
from stoa.catalogue.search.rules import code_forms, joined, prepared

# Grows when documents are made otherwise than before: an index of another number is made anew.
FORMAT = 1
MEMORY_SMALL, MEMORY_LARGE = 15_000_000, 60_000_000


def schema() -> Schema:
    """``product`` is signed: tantivy's writer does not survive a Python int in an unsigned field."""
    builder = SchemaBuilder()
    builder.add_integer_field("product", indexed=True, fast=True)
    for name, tokenizer in (("title", PLAIN), ("title_stem", STEMMED)):
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="position")
    for name, tokenizer in (
        ("brand", PLAIN), ("labels", PLAIN), ("labels_stem", STEMMED), ("text_stem", STEMMED),
    ):  # fmt: skip
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="freq")
    # ``spelling``: every word but those of the long text, for corrections and completions. ``joined``: neighbours in the
    # title as one word, so that "teacup" finds a "tea cup".
    for name, tokenizer in (("spelling", PLAIN), ("joined", PLAIN), ("code", "raw")):
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="basic")
    return builder.build()


def in_memory(language: str, documents: Iterable[Document]) -> Index:
    index = _with_analysers(Index(schema()), language)
    _fill(index, documents, MEMORY_SMALL)
    return index


def in_folder(folder: Path, language: str) -> Index:
    """The index in a folder, an empty one if there is none. Raises ValueError or OSError for a damaged one."""
    folder.mkdir(parents=True, exist_ok=True)
    return _with_analysers(Index(schema(), path=str(folder)), language)


def build(folder: Path, language: str, documents: Iterable[Document]) -> Index:
    index = in_folder(folder, language)
    _fill(index, documents, MEMORY_LARGE)
    return index


def change(index: Index, product_ids: Iterable[int], documents: Iterable[Document]) -> None:
    """Put ``documents`` in the place of what the index has of the products; those without a document leave it."""
    writer: IndexWriter = index.writer(MEMORY_SMALL, 1)
    try:
        for product_id in product_ids:
            writer.delete_documents_by_term("product", product_id)
        for document in documents:
            writer.add_document(_row(document))
        writer.commit()
    finally:
        writer.wait_merging_threads()
    index.reload()


def _fill(index: Index, documents: Iterable[Document], memory: int) -> None:
    writer: IndexWriter = index.writer(memory, 1)
    try:
        for document in documents:
            writer.add_document(_row(document))
        writer.commit()
    finally:
        writer.wait_merging_threads()
    index.reload()


def _with_analysers(index: Index, language: str) -> Index:
    index.register_tokenizer(PLAIN, plain())
    index.register_tokenizer(STEMMED, stemmed(language))
    return index


def _row(document: Document) -> Row:
    row = Row()
    row.add_integer("product", document.id)
    title, labels = prepared(document.title), prepared(document.labels)
    together = " ".join(joined(document.title) + joined(document.labels))
    row.add_text("title", title)
    row.add_text("title_stem", title)
    row.add_text("brand", document.brand)
    row.add_text("labels", f"{labels} {together}")
    row.add_text("labels_stem", labels)
    if document.text:
        row.add_text("text_stem", prepared(document.text))
    row.add_text("spelling", f"{title} {document.brand} {labels} {together}")
    words = title.split()
    row.add_text("joined", " ".join(one + other for one, other in pairwise(words)))
    for code in document.codes:
        for form in code_forms(code):
            row.add_text("code", form)
    return row
