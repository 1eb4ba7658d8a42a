"""What import-linter cannot see: which modules a command really loads."""

import json
import subprocess
import sys

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
