from __future__ import annotations

import pytest

from stoa.catalogue.testing import make_market
from stoa.config import command
from stoa.config.commands import demo
from stoa.config.environment import Environment, SettingError
from stoa.exchange.testing import row_counts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _logs_as_they_are(monkeypatch):
    monkeypatch.setattr(command, "_set_up_logs", lambda: None)
    monkeypatch.setattr(command, "_set_up", lambda: None)


def test_a_demo_refuses_production(monkeypatch, capsys):
    monkeypatch.setenv("STOA_MODE", "production")
    before = row_counts()
    assert command.main(["demo"]) == 1
    assert "not for production" in capsys.readouterr().err
    assert row_counts() == before


def test_simulated_orders_refuse_production(settings, capsys):
    settings.STOA_IS_PRODUCTION = True
    before = row_counts()
    assert command.main(["simulate", "--days", "1"]) == 1
    assert "does not run in production" in capsys.readouterr().err
    assert row_counts() == before


def test_a_demo_refuses_another_shop(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("STOA_HOME", str(tmp_path))
    monkeypatch.setenv("STOA_DURABILITY", "fast")
    monkeypatch.setattr("stoa.config.preparation.prepare", lambda: None)
    make_market()
    before = row_counts()
    assert command.main(["demo"]) == 1
    assert "holds a shop that is no finished demo" in capsys.readouterr().err
    assert row_counts() == before
    assert not (tmp_path / demo.MARK).exists()


def test_fresh_empties_a_home_and_never_a_database_elsewhere(tmp_path):
    keep = tmp_path / "notes.txt"
    for name in (demo.MARK, "stoa.sqlite3", "queue.sqlite3", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "media").mkdir()
    demo._clear(Environment({"STOA_HOME": str(tmp_path)}))
    assert list(tmp_path.iterdir()) == [keep]
    with pytest.raises(SettingError, match="by hand"):
        demo._clear(Environment({"STOA_HOME": str(tmp_path), "STOA_DATABASE_URL": "postgresql://127.0.0.1/stoa"}))
