"""What a tag may be, apart from any database."""

from __future__ import annotations

MAX_TAGS, MAX_LENGTH = 20, 40


def tags_of(typed: str) -> list[str]:
    """The tags in a text with commas between them: lower case, each once, in the order of the alphabet."""
    words = ("".join(filter(str.isprintable, one)) for one in typed.replace("\n", ",").split(","))
    return sorted({" ".join(word.split()).lower() for word in words} - {""})
