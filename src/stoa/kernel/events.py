"""What rooms announce to the rooms above them: frozen dataclasses of plain values, found again by name."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar

_PLAIN = (int, str, bool, type(None))


class Event:
    """Base of every event. Subclasses are ``@dataclass(frozen=True, slots=True)``; fields hold int, str, bool, None or
    lists of them, so that an event written today can be read by tomorrow's code."""

    __slots__ = ()
    if TYPE_CHECKING:
        # For ``fields()``; at run time its presence would make this class a dataclass that it is not.
        __dataclass_fields__: ClassVar[dict[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = event_name(cls)
        known = _registry.get(name)
        # A dataclass with slots is made twice, so the same class may come again; another class may not.
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are called {name}: {known.__module__} and {cls.__module__}")
        _registry[name] = cls


_registry: dict[str, type[Event]] = {}


def event_name(event_class: type[Event]) -> str:
    """``<room>.<ClassName>``: stable, so that a stored event outlives a move of its class inside the room."""
    parts = event_class.__module__.split(".")
    room = parts[1] if parts[0] == "stoa" and len(parts) > 1 else parts[0]
    return f"{room}.{event_class.__name__}"


def event_class(name: str) -> type[Event]:
    """Raises KeyError for a name that no loaded room announces."""
    return _registry[name]


def to_payload(event: Event) -> dict[str, Any]:
    """The fields as plain values. Raises TypeError for anything that JSON would not give back unchanged."""
    payload = {field.name: getattr(event, field.name) for field in fields(event)}
    for name, value in payload.items():
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, _PLAIN) for item in items):
            raise TypeError(
                f"{event_name(type(event))}.{name} holds {type(value).__name__}, which is not a plain value"
            )
    return payload


def from_payload(name: str, payload: dict[str, Any]) -> Event:
    """The event again. Fields that the class has lost since are dropped. Raises KeyError for an unknown name."""
    cls = event_class(name)
    known = {field.name for field in fields(cls)}
    return cls(**{key: value for key, value in payload.items() if key in known})
