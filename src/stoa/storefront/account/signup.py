from __future__ import annotations

import secrets
from typing import Any

from allauth.account.forms import SignupForm
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest


class SignUpForm(SignupForm):
    def try_save(self, request: HttpRequest) -> Any:
        """An address that has an account costs a hash like any other: the answer without it came so much sooner that the
        clock told what the page does not."""
        if self.account_already_exists:
            make_password(secrets.token_urlsafe())
        return super().try_save(request)
