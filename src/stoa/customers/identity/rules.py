"""How people are told apart."""

from __future__ import annotations

import unicodedata


def email_key(email: str) -> str:
    """The form of an address by which two are the same person's: trimmed, NFKC, case-folded.

    Dots and plus tags stay: for most providers they are different mailboxes, and merging strangers is worse than
    keeping two rows for one person.
    """
    return unicodedata.normalize("NFKC", email.strip()).casefold()
