"""The one door of every back-office view: it asks for a right, tells actions who acts, and shows refusals to people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.customers.models import User

Right = str | tuple[str, ...]


def may(user: Any, right: Right) -> bool:
    """Whether ``user`` holds the right, or one of several."""
    rights = (right,) if isinstance(right, str) else right
    return any(user.has_perm(one) for one in rights)


def require(request: HttpRequest, right: Right) -> None:
    """Raise PermissionDenied unless the person at ``request`` holds the right."""
    if not may(request.user, right):
        raise PermissionDenied


def member_of(request: HttpRequest) -> User:
    """Who asks. Raises PermissionDenied for strangers."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user


def actor_of(request: HttpRequest) -> Actor:
    user = member_of(request)
    return Actor.staff(user.pk, user.get_full_name() or user.get_username())


class Screen:
    """A class-based view behind a right. A subclass that names none cannot be routed."""

    right: Right = ()

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        if not (initkwargs.get("right") or cls.right):
            raise ImproperlyConfigured(f"{cls.__name__} names no right")
        return super().as_view(**initkwargs)  # type: ignore[misc]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, self.right)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def may(self, right: Right) -> bool:
        return may(self.request.user, right)  # type: ignore[attr-defined]


class FormRefusedError(DomainError):
    """What was sent does not fill the form."""

    code = "form_refused"
    default_message = _("Please check what you entered.")

    def __init__(self, form: forms.BaseForm) -> None:
        first = next(iter(form.errors.items()), None)
        if first is None:
            super().__init__()
            return
        name, errors = first
        label = form.fields[name].label if name in form.fields else ""
        super().__init__(f"{label}: {errors[0]}" if label else str(errors[0]))


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    """The form's values. Raises FormRefusedError with its first error."""
    if not form.is_valid():
        raise FormRefusedError(form)
    return form.cleaned_data


def step(right: Right, to: str) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """A POST that calls one action, says what came of it, and goes back to the screen named ``to``.

    ``to`` is reversed with the arguments of the step; a safe ``next`` in the form wins. The view returns the message of
    success (or None). Domain errors become messages: nothing is half done, the action was one transaction.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @require_POST
        @wraps(view)
        def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            require(request, right)
            try:
                said = view(request, **kwargs)
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                if said:
                    messages.success(request, said)
            return redirect(get_valid_next_url_from_request(request) or _target(to, kwargs))

        wrapped.right = right  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _target(to: str, kwargs: dict[str, Any]) -> str:
    """The screen ``to``, with as many of the step's arguments as it takes, from the first."""
    names = list(kwargs)
    for count in range(len(names), -1, -1):
        try:
            return reverse(to, kwargs={name: kwargs[name] for name in names[:count]})
        except NoReverseMatch:
            continue
    raise ImproperlyConfigured(f"no screen {to!r} to go back to")
