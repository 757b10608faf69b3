"""A Django process beside the shop that stays open: questions to the database cost milliseconds, not a start."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.live import LiveShop

LOOP = """
import json, os, sys, traceback
os.environ["DJANGO_SETTINGS_MODULE"] = "stoa.config.settings"
import django
django.setup()
from stoa.kernel import clock
out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    names = {"clock": clock}
    try:
        exec(json.loads(line), names)
        answer = {"result": names.get("result")}
    except BaseException:
        answer = {"error": traceback.format_exc()}
    clock.set_time(None)
    print(json.dumps(answer, default=str), file=out, flush=True)
"""


class Console:
    """``console("... result = 1")`` runs the code there and returns its ``result``."""

    def __init__(self, shop: LiveShop) -> None:
        self._log = (shop.home / "console.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOOP], env=shop.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log, text=True,
        )  # fmt: skip

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
        self._log.close()

    def __call__(self, code: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(code), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]
