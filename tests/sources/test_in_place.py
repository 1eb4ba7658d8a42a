"""Nothing is written anywhere: archives are read where they lie, streams as they pass."""

import json
import subprocess
import sys
from pathlib import Path

from tests.sources.sample import archive, every_form, write

# An audit hook cannot be taken away again, so it watches a process of its own.
WATCHER = """
import json, os, sys
written = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {"os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.rmdir",
            "os.utime", "os.setxattr", "tempfile.mkstemp", "tempfile.mkdtemp", "shutil.copyfile", "socket.connect",
            "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}
def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(flags, int) and flags & WRITING and path != os.devnull:
            written.append([event, str(path)])
    elif event in CHANGING:
        written.append([event, str(arguments[:1])])
import layerscope, layerscope.pipeline
sys.dont_write_bytecode = True
sys.addaudithook(watch)
for reference in json.load(open(sys.argv[1])):
    layerscope.analyze(reference, pull="never")
    layerscope.analyze(reference, pull="never", verify=True)
layerscope.analyze("-", pull="never")
print(json.dumps(written))
"""


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_no_file_is_written(tmp_path: Path) -> None:
    images, empty = tmp_path / "images", tmp_path / "empty"
    images.mkdir()
    empty.mkdir()
    (tmp_path / "references").write_text(json.dumps(list(every_form(images).values())))
    before = snapshot(tmp_path)
    environment = {"HOME": str(empty), "TMPDIR": str(empty), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    with Path(write(tmp_path, archive("modern"), "stdin")).open("rb") as stdin:
        before |= snapshot(tmp_path)
        done = subprocess.run(
            [sys.executable, "-c", WATCHER, str(tmp_path / "references")],
            stdin=stdin,
            capture_output=True,
            check=False,
            cwd=empty,
            env=environment,
        )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == []
    assert snapshot(tmp_path) == before
