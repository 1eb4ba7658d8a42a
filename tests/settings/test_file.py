"""A configuration file: what it settles, and each thing that may be wrong with it."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from layerscope.base_image.detected import OwnBase
from layerscope.checks.gate import Level
from layerscope.errors import UsageError
from layerscope.findings.purpose import Purpose
from layerscope.settings.budget import Budget, FindingLimit, Growth
from layerscope.settings.file import read_config, read_settings
from layerscope.settings.settings import Settings

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "layerscope/settings/config-schema-1.json").read_text())
EVERYTHING = """
purpose = "dev"
platform = "linux/arm64"
pull = "never"
bandwidth = "100 Mbit/s"
baseline = "reports/main.json"
strict = true
dive-ci = false

[budget]
stored = "5 GB"
transfer = "2 GiB"
superseded = 0
duplicate = "1.5 MB"
reclaimable = "200 MB"
pull-time = "2 min"
variant = ["base", "runtime"]
forbidden = ["*.pem", "/root/.ssh/"]
growth = { stored = "5 %", transfer = "100 MB", floor = "10 MB" }

[budget.categories]
pip-cache = "0 B"

[findings]
pip-cache = "error"
apt-lists = "warn"
root-user = "off"
vcs = "10 MB"

[[bases]]
name = "registry.example/ml:1"
variant = "devel"
parent = "nvidia/cuda:12.4.1-devel-ubuntu22.04"
packages = ["tooling=1.2"]
layers = ["sha256:00"]

[[bases]]
name = "registry.example/app:1"
parent = "registry.example/ml:1"
"""


def write(folder: Path, text: str, name: str = ".layerscope.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_every_key(tmp_path: Path) -> None:
    path = write(tmp_path, EVERYTHING)
    assert read_settings(path) == Settings(
        purpose=Purpose.DEV,
        platform="linux/arm64",
        pull="never",
        bandwidth_bits_per_second=100_000_000,
        baseline=tmp_path / "reports/main.json",
        is_strict=True,
        dive_ci=False,
        budget=Budget(
            stored_bytes=5_000_000_000,
            transfer_bytes=2_147_483_648,
            superseded_bytes=0,
            duplicate_bytes=1_500_000,
            reclaimable_bytes=200_000_000,
            pull_seconds=120,
            growth_stored=Growth(percent=5),
            growth_transfer=Growth(more_bytes=100_000_000),
            growth_floor_bytes=10_000_000,
            variants=("base", "runtime"),
            forbidden=("*.pem", "/root/.ssh/"),
            categories={"pip-cache": 0},
            findings={
                "pip-cache": FindingLimit(Level.ERROR),
                "apt-lists": FindingLimit(Level.WARN),
                "root-user": FindingLimit(Level.OFF),
                "vcs": FindingLimit(Level.ERROR, 10_000_000),
            },
        ),
        bases=(
            OwnBase(
                "registry.example/ml:1",
                "devel",
                "nvidia/cuda:12.4.1-devel-ubuntu22.04",
                ("tooling=1.2",),
                ("sha256:00",),
            ),
            OwnBase("registry.example/app:1", parent="registry.example/ml:1"),
        ),
    )


def test_an_empty_file_settles_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "# nothing yet\n")
    assert read_settings(path) == Settings()


def test_a_project_file_has_a_section_of_ours(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n[tool.layerscope]\nstrict = true\n[tool.layerscope.budget]\nstored = "1 kB"\n'
    path = write(tmp_path, text, "pyproject.toml")
    assert read_settings(path) == Settings(is_strict=True, budget=Budget(stored_bytes=1_000))


WRONG = [
    ('[budget]\nstord = "5 GB"', ["2: there is no key budget.stord. Did you mean stored?"]),
    ("purpose = 'prd'", ["1: purpose: Input should be 'prod', 'dev' or 'ci'."]),
    ("\n\nbugdet = 1", ["3: there is no key bugdet. Did you mean budget?"]),
    ("[budget]\nstored = '5 XB'", ["2: budget.stored: a size is wanted, as in 5 GB or 4.5 GiB."]),
    (
        "[budget.growth]\nstored = 'a lot'",
        ["2: budget.growth.stored: a share or a size is wanted, as in 5 % or 200 MB."],
    ),
    ("budget = { growth = { flor = 1 } }", ["1: there is no key budget.growth.flor. Did you mean floor?"]),
    ("[budget.categories]\npip-cach = 1", ["2: there is no category pip-cach. Did you mean pip-cache"]),
    ("[findings]\npip-cache = 'fatal'", ["2: findings.pip-cache: error, warn, off or a size is wanted"]),
    ("[findings]\n'pip-cahe' = 'off'", ["2: there is no finding pip-cahe. Did you mean pip-cache"]),
    ("bandwidth = 5", ["1: bandwidth: a rate is wanted"]),
    ("strict = 'yes'", ["1: strict: Input should be a valid boolean."]),
    ("dive-ci = true", ["1: dive-ci"]),
    ("[budget]\nforbidden = ['/']", ["2: budget.forbidden: a list of patterns is wanted"]),
    ("[budget]\nvariant = 'slim'", ["2: budget.variant: one of base, runtime, devel"]),
    ("[[bases]]\nname = 'a'\n[[bases]]\nnam = 'b'", ["3: bases.1.name is missing.", "4: there is no key bases.1.nam."]),
    ("budget = 5", ["1: budget: Input should be"]),
]


@pytest.mark.parametrize(("text", "problems"), WRONG)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, problems: list[str]) -> None:
    path = write(tmp_path, text)
    config, found = read_config(path)
    assert config is None
    wanted = [f"{path}:{problem}" for problem in problems]
    assert [item[: len(start)] for item, start in zip(found, wanted, strict=False)] == wanted


@pytest.mark.parametrize("text", ["a = ", "= 1", "[a\n", "a = 1\na = 2", "x = '" + "[" * 5_000])
def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path, text: str) -> None:
    _, [problem] = read_config(write(tmp_path, text))
    assert re.search(r"is not valid TOML: .*\(at (line \d+, column \d+|end of document)\)", problem)


def test_a_deeply_nested_file_is_an_error_of_ours(tmp_path: Path) -> None:
    _, [problem] = read_config(write(tmp_path, "a = " + "[" * 100_000))
    assert "is not valid TOML" in problem


def test_several_problems_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "a = 1\nb = 2\nc = 3\n")
    with pytest.raises(UsageError, match="There are 2 more"):
        read_settings(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * (1 << 20) + b"\n"])
def test_what_is_no_text_or_too_long(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        read_config(path)


def test_escape_sequences_do_not_reach_a_terminal(tmp_path: Path) -> None:
    _, [problem] = read_config(write(tmp_path, '"a\\u001b[31m" = 1'))
    assert "\x1b" not in problem


def test_the_published_schema_takes_what_the_reader_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(tomllib.loads(EVERYTHING), SCHEMA)
    jsonschema.validate({}, SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "[budget]\nstord = 1",
        "purpose = 'prd'",
        "[budget]\nvariant = 'slim'",
        "strict = 'yes'",
        "dive-ci = true",
        "[[bases]]\nvariant = 'base'",
        "budget = 5",
        "[budget]\nstored = -1",
    ],
)
def test_the_published_schema_refuses_what_the_reader_refuses(tmp_path: Path, text: str) -> None:
    assert read_config(write(tmp_path, text))[1]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), SCHEMA)
