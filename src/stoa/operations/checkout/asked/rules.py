"""What a checkout asks for beyond what every order needs."""

from __future__ import annotations

from dataclasses import dataclass

OFF, OPTIONAL, REQUIRED = "off", "optional", "required"
ASKED = (OFF, OPTIONAL, REQUIRED)
# What an order cannot do without, and the fields that only a parcel needs.
ALWAYS = ("email", "name", "country")
FOR_THE_PARCEL = ("line1", "postal_code", "city")
# The postal code decides the tax of some places, so it can be given even where no address is asked for.
_UNSENT = ("line1", "city")
CHOOSABLE = ("phone", "line2", "note", "unsent_address")


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Each ``off``, ``optional`` or ``required``. ``unsent_address``: street and town where nothing is sent."""

    phone: str = OPTIONAL
    line2: str = OPTIONAL
    note: str = OPTIONAL
    unsent_address: str = OPTIONAL

    def required(self, *, needs_delivery: bool) -> tuple[str, ...]:
        """The fields that must be filled in. Of the postal code, countries without one are excepted."""
        names = list(ALWAYS)
        if needs_delivery or self.unsent_address == REQUIRED:
            names += FOR_THE_PARCEL
        return (*names, *(name for name in ("phone", "line2", "note") if self._of(name, needs_delivery) == REQUIRED))

    def off(self, *, needs_delivery: bool) -> frozenset[str]:
        """The fields that are not shown, and not kept whoever sends them."""
        names = {name for name in ("phone", "line2", "note") if self._of(name, needs_delivery) == OFF}
        if not needs_delivery and self.unsent_address == OFF:
            names |= {*_UNSENT, "line2"}
        return frozenset(names)

    def _of(self, name: str, needs_delivery: bool) -> str:
        # A second address line can be no more needed than the address.
        if name == "line2" and not needs_delivery and self.line2 == REQUIRED:
            return self.unsent_address
        return str(getattr(self, name))


SMALLEST = FieldRules(phone=OFF, unsent_address=OFF)
