"""The command in a process of its own, forked from one that has its modules: these take four fifths of a short run.

`warm` hands a command line, an environment, a folder and pipes to a server that it starts once; this module is that
server, too. What Python reads only when it starts is not looked at again: see `STARTING`.
"""

import atexit
import gc
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Beginnings of variables that Python, or the C library, reads when it starts: a command with such starts anew.
STARTING = ("LANG", "LC_", "PYTHON", "TZ")
# What our modules load where they use it.
LOADED_LATE = ("docker", "jinja2", "numpy", "packaging.requirements", "pydantic", "rich.console", "yaml")
# Much more than any command of the tests takes, on machines that do much else, too.
TIMEOUT_S = 300
NUMBER_BYTES = 4


def warm(
    arguments: Sequence[str], stdin: bytes, environment: Mapping[str, str], cwd: Path | None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command and wait for it, as `subprocess.run` does."""
    call, far_call = socket.socketpair()
    # Each pipe is what is read from it and what is written to it.
    pipes = [os.pipe() for _ in range(3)]
    (far_in, near_in), (near_out, far_out), (near_err, far_err) = pipes
    far = [far_in, far_out, far_err, far_call.fileno()]
    socket.send_fds(_server(), [b"."], far)
    for number in far[:3]:
        os.close(number)
    far_call.close()
    request = {"arguments": arguments, "environment": dict(environment), "cwd": str(cwd or Path.cwd())}
    with call, ThreadPoolExecutor(3) as pool:
        call.settimeout(TIMEOUT_S)
        call.sendall(json.dumps(request).encode())
        call.shutdown(socket.SHUT_WR)
        pool.submit(_write, near_in, stdin)
        out, err = pool.submit(_read, near_out), pool.submit(_read, near_err)
        status = _wait(call)
        return subprocess.CompletedProcess(list(arguments), status, out.result(), err.result())


def _wait(call: socket.socket) -> int:
    """The command's exit status; one that does not end is killed."""
    process = _number(call.recv(NUMBER_BYTES))
    try:
        return _number(call.recv(NUMBER_BYTES))
    except TimeoutError:
        os.kill(process, signal.SIGKILL)
        raise


def _number(content: bytes) -> int:
    assert len(content) == NUMBER_BYTES, "the server is gone"
    return int.from_bytes(content, "little", signed=True)


def _write(number: int, content: bytes) -> None:
    with suppress(BrokenPipeError), open(number, "wb", buffering=0) as pipe:
        while content:
            content = content[pipe.write(content) :]


def _read(number: int) -> bytes:
    with open(number, "rb") as pipe:
        return pipe.read()


@cache
def _server() -> socket.socket:
    """Start it; it ends when the other end of its socket does."""
    near, far = socket.socketpair()

    def end() -> None:
        near.close()
        process.communicate()

    # Threads would not be there after a fork.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm", str(far.fileno())],
        cwd=ROOT,
        env=environment,
        pass_fds=[far.fileno()],
        # Pipes, as a command of the tests has: a stream keeps what it once found out about its file.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    far.close()
    atexit.register(end)
    return near


def serve(calls: socket.socket) -> None:
    """Load everything, then answer until nobody is there any more to ask; a command's end is this process's own."""
    import layerscope

    for found in pkgutil.walk_packages(layerscope.__path__, "layerscope."):
        if not found.name.startswith(("layerscope.__", "layerscope.tui.")):
            import_module(found.name)
    for name in LOADED_LATE:
        import_module(name)
    gc.collect()
    gc.freeze()
    # Nobody waits for those who answer.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while numbers := socket.recv_fds(calls, 1, 4)[1]:
        if os.fork() == 0:
            calls.close()
            answer(numbers)
            break
        for number in numbers:
            os.close(number)


def answer(numbers: list[int]) -> None:
    """Fork once more, become the command there, and tell its exit status here."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    call = socket.socket(fileno=numbers.pop())
    request = json.loads(b"".join(iter(lambda: call.recv(65_536), b"")))
    child = os.fork()
    if child == 0:
        call.close()
        become(numbers, request["arguments"], request["environment"], request["cwd"])
        return
    for number in numbers:
        os.close(number)
    call.sendall(child.to_bytes(NUMBER_BYTES, "little", signed=True))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    call.sendall(status.to_bytes(NUMBER_BYTES, "little", signed=True))
    os._exit(0)


def become(numbers: list[int], arguments: list[str], environment: dict[str, str], cwd: str) -> None:
    """Be what `python -m layerscope` is, to the end."""
    for stream, number in enumerate(numbers):
        os.dup2(number, stream)
        os.close(number)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = cwd
    sys.argv = ["layerscope", *arguments]
    runpy.run_module("layerscope", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
