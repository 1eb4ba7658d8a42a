"""What Go's archive/tar says of many tars, asked in one process; engines unpack layers with that reader."""

import base64
import json
import os
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tools import tool

_PROGRAM = """\
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
)

type answer struct {
	Names [][]byte
	Sizes []int64
	Error string
}

func read(content []byte) (found answer) {
	reader := tar.NewReader(bytes.NewReader(content))
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return found
		}
		if err == nil && header.Typeflag != tar.TypeXGlobalHeader {
			found.Names = append(found.Names, []byte(header.Name))
			found.Sizes = append(found.Sizes, header.Size)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, io.LimitReader(reader, 1<<24))
		}
		if err != nil {
			found.Error = err.Error()
			return found
		}
	}
}

func main() {
	input, output := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for {
		var length uint32
		if binary.Read(input, binary.LittleEndian, &length) != nil {
			return
		}
		content := make([]byte, length)
		io.ReadFull(input, content)
		line, _ := json.Marshal(read(content))
		output.Write(append(line, '\\n'))
	}
}
"""


@dataclass(frozen=True, slots=True)
class GoAnswer:
    """The entries that Go reads, with apparent sizes, and the error that it ends with, empty for none."""

    names: list[bytes]
    sizes: list[int]
    error: str


def build_go_reader(folder: Path) -> Path:
    """Build the program; skips the test where there is no Go, which is a failure in CI."""
    source, program = folder / "main.go", folder / "read"
    source.write_text(_PROGRAM)
    env = os.environ | {"GOCACHE": str(folder / "cache"), "GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(folder)}
    subprocess.run([tool("go"), "build", "-o", program, source], check=True, env=env, timeout=600)
    return program


def read_with_go(tars: Sequence[bytes], program: Path) -> list[GoAnswer]:
    """Ask Go's reader about each tar."""
    asked = b"".join(struct.pack("<I", len(tar)) + tar for tar in tars)
    done = subprocess.run([program], input=asked, capture_output=True, check=True, timeout=600)
    return [_answer(json.loads(line)) for line in done.stdout.splitlines()]


def _answer(line: dict[str, object]) -> GoAnswer:
    names, sizes = line["Names"] or [], line["Sizes"] or []
    assert isinstance(names, list)
    assert isinstance(sizes, list)
    return GoAnswer([base64.b64decode(name) for name in names], sizes, str(line["Error"]))
