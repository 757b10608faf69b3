from __future__ import annotations

import subprocess
import sys

import pytest

from stoa.config import command
from stoa.config.diagnosis import MASK, missing, settings_of
from stoa.config.environment import Environment


def test_help_lists_the_commands(capsys):
    assert command.main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in ("serve", "worker", "migrate", "doctor", "import", "report", "stock", "verify-books"):
        assert f"  {name} " in text


def test_an_unknown_command(capsys):
    assert command.main(["sevre"]) == 2
    captured = capsys.readouterr()
    assert "'sevre'" in captured.err
    assert captured.out == ""


def test_help_does_not_wake_django():
    script = "import sys; from stoa.config.command import main; main(['--help']); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_secrets_are_masked():
    environment = Environment(
        {"STOA_SECRET_KEY": "s3cret", "STOA_DATABASE_URL": "postgresql://a:s3cret@b/c", "STOA_PORT": "9"}
    )
    shown = {setting.name: setting.shown for setting in settings_of(environment)}
    assert shown["STOA_SECRET_KEY"] == shown["STOA_DATABASE_URL"] == MASK
    assert shown["STOA_PORT"] == "9"
    assert "s3cret" not in str(shown)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({}, 6),
        (
            {
                "STOA_MODE": "production",
                "STOA_SECRET_KEY": "x" * 40,
                "STOA_BASE_URL": "https://shop.example",
                "STOA_SMTP_URL": "smtp://mail",
                "STOA_MAIL_FROM": "shop@shop.example",
                "STOA_TRUSTED_PROXIES": "1",
            },
            0,
        ),
    ],
)
def test_what_is_missing_for_production(values, count):
    assert len(missing(Environment(values))) == count
