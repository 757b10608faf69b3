"""Whoever runs the shop writes when people answer."""

from __future__ import annotations

import pytest
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.operations.testing import make_shop


@pytest.mark.django_db
def test_hours_are_written_on_the_settings_screen() -> None:
    market, client, url = make_shop().market, client_of("owner"), reverse("backoffice:identity")
    initial = client.get(url).context["form"].initial
    sent = {name: value for name, value in initial.items() if value not in (None, "", False)}
    answer = client.post(url, {**sent, "monday": "9-12:30, 14-18", "sunday": "0-24"})
    assert answer.status_code == 302
    market.refresh_from_db()
    assert market.support_hours == [[0, "09:00", "12:30"], [0, "14:00", "18:00"], [6, "00:00", "24:00"]]
    again = client.get(url).context["form"].initial
    assert (again["monday"], again["tuesday"], again["sunday"]) == ("09:00-12:30, 14:00-18:00", "", "00:00-24:00")

    refused = client.post(url, {**sent, "monday": "nine to five"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["monday"]
    market.refresh_from_db()
    assert len(market.support_hours) == 3
