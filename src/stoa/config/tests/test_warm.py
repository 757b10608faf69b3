from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from stoa.config.warm import warm_up
warm_up()
from django.db import connections
heavy = {"numpy", "pandas", "pyarrow", "duckdb"} & set(sys.modules)
opened = [c.alias for c in connections.all(initialized_only=True) if c.connection is not None]
sys.exit(f"heavy: {heavy}, opened: {opened}" if heavy or opened else 0)
"""


def test_web_processes_carry_no_science_and_fork_before_the_database_is_open():
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
