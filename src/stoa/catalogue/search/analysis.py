"""How words are cut out of texts and brought to one form, by language."""

from __future__ import annotations

from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

PLAIN, STEMMED = "stoa_plain", "stoa_stemmed"
# ISO 639-1 -> the Snowball stemmer. Other languages are searched as they are written.
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
# Languages that write compounds as one word: there, "tasse" is looked for at the end of longer words too.
COMPOUNDING = frozenset({"da", "de", "fi", "hu", "nb", "nl", "nn", "no", "sv"})
LONGEST_WORD = 60


def language_of(code: str) -> str:
    """``de`` of ``de-AT``."""
    return code.lower().replace("_", "-").partition("-")[0] or "en"


@cache
def plain() -> TextAnalyzer:
    """Words in lower case without accents."""
    return _folding().build()


@cache
def stemmed(language: str) -> TextAnalyzer:
    """The same, brought to their stems. Folded first: what is typed without accents has the same stem."""
    name = STEMMERS.get(language)
    return _folding().filter(Filter.stemmer(name)).build() if name else _folding().build()


def _folding() -> TextAnalyzerBuilder:
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for each in (Filter.remove_long(LONGEST_WORD), Filter.lowercase(), Filter.ascii_fold()):
        builder = builder.filter(each)
    return builder
