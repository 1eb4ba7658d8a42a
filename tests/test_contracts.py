"""What import-linter and ruff cannot see: which modules a command really loads, and expressions that misbehave."""

import json
import subprocess
import sys
from pathlib import Path

import layerscope
from layerscope.__about__ import __version__

HEAVY = {"cyclonedx", "docker", "jinja2", "numpy", "pandas", "pydantic", "requests", "rich", "textual"}

PRINT_LOADED_AFTER_MAIN = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from layerscope.__main__ import main
sys.argv = ["layerscope", "--version"]
sys.exit(main())
"""


def test_version_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", PRINT_LOADED_AFTER_MAIN], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert __version__ in done.stdout
    loaded = set(json.loads(done.stderr))
    assert "layerscope.__main__" in loaded
    assert not loaded & HEAVY


def test_no_possessive_group_is_optional():
    # Python 3.11.2, which is Debian 12's, reads `(...)?+` wrongly, and may go on for ever.
    modules = list(Path(layerscope.__file__).parent.rglob("*.py"))
    assert len(modules) > 400
    assert [path.name for path in modules if ")?+" in path.read_text("utf-8")] == []
