"""Telephone numbers: read as people of a country write them, kept as E.164, shown as one writes them abroad."""

from __future__ import annotations


class NoPhoneNumberError(ValueError):
    """What was typed cannot be called."""


def e164(typed: str, country: str) -> str:
    """``typed`` as "+4930123456"; a number without its country's code is one of ``country`` (ISO 3166, two letters).

    Only the length is judged: number ranges change more often than shops are updated. Raises NoPhoneNumberError, also
    for an extension, which E.164 has no room for.
    """
    # The library takes a twentieth of a second to load, and most requests need no telephone number.
    import phonenumbers

    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException as error:
        raise NoPhoneNumberError(typed) from error
    if number.extension or not phonenumbers.is_possible_number(number):
        raise NoPhoneNumberError(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """ "+4930123456" as "+49 30 123456"; what is not E.164, such as an imported number, as it is."""
    if not (number.startswith("+") and number[1:].isascii() and number[1:].isdigit()):
        return number
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
