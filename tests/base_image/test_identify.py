"""How many layers are the base's, for histories of official images by every builder."""

import json
from typing import Any

import pytest

from layerscope.base_image.identify import identify_base
from layerscope.oci.config import align_history, parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from tests.base_image.histories import histories
from tests.oci.limits import at_most

APP_BUILDKIT = (
    "0 WORKDIR /app",
    "RUN /bin/sh -c pip install --no-cache-dir torch==2.5.1 # buildkit",
    "COPY . /app # buildkit",
    "0 USER 1000",
    '0 CMD ["python3" "serve.py"]',
)
APP_LEGACY = (
    "/bin/sh -c apt-get update && apt-get install -y python3 python3-pip vim gdb",
    "/bin/sh -c #(nop) COPY dir:99da7b9fa77400d81a529e8a2ca72847190949718033873e3d7b670043e5dd69 in /app ",
    '0 /bin/sh -c #(nop)  CMD ["python3" "/app/serve.py"]',
)
APP_KANIKO = ("RUN pip install torch==2.5.1", "COPY . /app", '0 CMD ["python3", "serve.py"]')

HISTORIES = histories()
# How many layers each has.
BASES = {
    "debian legacy": 1,
    "debian": 1,
    "ubuntu": 1,
    "alpine": 1,
    "python slim": 4,
    "python slim legacy": 4,
    "node": 5,
    "pytorch": 5,
    "miniforge": 2,
    "cuda base": 5,
    "cuda runtime": 9,
    "cuda devel": 11,
    "cuda cudnn devel": 12,
    "cuda base rocky": 6,
    "imported base": 2,
    "imported devel": 4,
}
# What their last step says is that of any image on another base.
UNMARKED = {"miniforge"}


def image(
    steps: tuple[str, ...],
    *,
    comments: dict[int, str] | None = None,
    layers: int | None = None,
    config: dict[str, Any] | None = None,
) -> Image:
    """An image with this history; `layers` where it has more than the history says."""
    documents: list[dict[str, Any]] = []
    for number, step in enumerate(steps):
        empty = {"empty_layer": True} if step.startswith("0 ") else {}
        imported = {"comment": step} if step.startswith("Imported") else {}
        created_by = "" if imported else step.removeprefix("0 ")
        comment = {"comment": (comments or {})[number]} if number in (comments or {}) else imported
        documents.append({"created_by": created_by, **comment, **empty})
    count = sum("empty_layer" not in step for step in documents) if layers is None else layers
    rootfs = {"type": "layers", "diff_ids": ["sha256:" + f"{number:064x}" for number in range(count)]}
    document = {"architecture": "amd64", "os": "linux", "config": config or {}, "history": documents, "rootfs": rootfs}
    parsed = parse_config(json.dumps(document).encode(), "the test's configuration")
    aligned = align_history(parsed, count)
    made = tuple(Layer(n, parsed.diff_ids[n], str(n), None, None, None, aligned[n]) for n in range(count))
    return Image("test", "docker-archive", Digest("sha256", "0" * 64), None, parsed, made)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("app", [APP_BUILDKIT, APP_LEGACY, APP_KANIKO], ids=["buildkit", "legacy", "kaniko"])
def test_an_application_on_an_official_image(base, app):
    found = identify_base(image((*HISTORIES[base], *app)))
    assert (found.count, bool(found.evidence)) == (BASES[base], True)


@pytest.mark.parametrize("base", sorted(BASES.keys() - UNMARKED))
def test_a_base_has_no_base(base):
    found = identify_base(image(HISTORIES[base]))
    assert (found.count, bool(found.evidence)) == (0, True)


def test_what_a_user_installs_is_not_nvidias():
    steps = (*HISTORIES["cuda base"], "RUN /bin/sh -c apt-get install -y cuda-nvcc-12-4 libcublas-dev-12-4 # buildkit")
    assert identify_base(image(steps)).count == 5
    behind_runtime = (*HISTORIES["cuda runtime"], "RUN /bin/sh -c apt-get install -y cuda-nvcc-12-4 libcublas-dev-12-4")
    assert identify_base(image(behind_runtime)).count == 9
    one = (*HISTORIES["cuda base"], "0 ENV NV_MINE=1", "RUN /bin/sh -c apt-get install -y cuda-nvcc-12-4 # buildkit")
    assert identify_base(image(one)).count == 5


def test_a_users_own_nvidia_variables_make_no_base():
    steps = ("RUN /bin/sh -c make # buildkit", "0 ENV NVIDIA_VISIBLE_DEVICES=all", "COPY . /app # buildkit")
    assert identify_base(image((*HISTORIES["ubuntu"], *steps))).count == 1


@pytest.mark.parametrize(
    "command",
    ['["python", "app.py"]', '["python" "-m" "server"]', '["uvicorn" "main:app"]', '["python3", "/srv/serve.py"]'],
)
def test_a_command_before_its_program_is_the_users(command):
    steps = (
        *HISTORIES["ubuntu"],
        "RUN /bin/sh -c pip install x # buildkit",
        f"0 CMD {command}",
        "COPY . /app # buildkit",
    )
    assert identify_base(image(steps)).count == 1


def test_a_finished_image_below():
    steps = (
        "COPY serve.py /srv/ # buildkit",
        '0 CMD ["python3" "/srv/serve.py"]',
        "COPY models /srv/models # buildkit",
    )
    found = identify_base(image((*HISTORIES["ubuntu"], *steps)))
    assert found.count == 2
    assert "serve.py" in found.evidence[0]


@pytest.mark.parametrize(("count", "layers"), [(10, 2), (11, 1)])
def test_a_command_of_very_many_programs_is_not_looked_into(count, layers):
    names = [f"s{number}.py" for number in range(count)]
    steps = (f"COPY {' '.join(names)} /srv/", f"0 CMD {names}".replace("'", '"'), "COPY models /srv/models")
    assert identify_base(image((*HISTORIES["ubuntu"], *steps))).count == layers


def test_distroless():
    bazel = ("bazel build ...",) * 11
    assert identify_base(image((*bazel, "COPY app /app # buildkit"))).count == 11
    assert identify_base(image(bazel)).count == 0


def test_one_imported_layer_is_a_base():
    found = identify_base(image(("Imported from -",)))
    assert found.count == 0
    assert found.evidence


def test_a_rootfs_and_an_application():
    assert identify_base(image(("ADD rootfs.tar / # buildkit", "COPY a /srv/ # buildkit"))).count == 1


def test_nothing_known():
    assert identify_base(image(())).count == 0
    assert identify_base(image((), layers=3)) == identify_base(image(()))
    assert identify_base(image(("COPY app /app # buildkit",))).evidence == ()


def test_layers_that_the_history_has_lost():
    found = identify_base(image(("RUN /bin/sh -c make # buildkit",), layers=4))
    assert found.count == 3


def test_buildah_says_what_it_began_with():
    # As buildah 1.28 writes: with --layers each step names its parent, and the first one the base.
    steps = (
        "/bin/sh -c #(nop) ADD file:5fdc8ab9e6d25c1b in /bin/a ",
        "0 /bin/sh -c #(nop) ENV X=1",
        "0 /bin/sh -c #(nop) ARG REV",
        "/bin/sh -c #(nop) COPY file:31ff8c705344983e in /app/ ",
        "/bin/sh -c #(nop) COPY file:5385b2562fbbbdde in /b ",
    )
    comments = {
        1: "FROM 058391c01e75",
        2: "FROM localhost/rb-base:latest",
        3: "FROM 461499de15d1",
        4: "FROM 3f53b1a5e4b5",
    }
    found = identify_base(image(steps, comments=comments))
    assert found.count == 1
    assert "localhost/rb-base:latest" in found.evidence[0]


def test_buildah_in_one_layer():
    # Without --layers, the last step is the layer and says what the build began with.
    steps = (
        "/bin/sh -c #(nop) ADD file:5f in /bin/a ",
        "0 /bin/sh -c #(nop) COPY file:31 in /app/ ",
        "/bin/sh -c #(nop) USER 1",
    )
    assert identify_base(image(steps, comments={2: "FROM localhost/rb-base:latest"})).count == 1


def test_labels_are_evidence_and_hide_secrets():
    labels = {"org.opencontainers.image.base.name": "https://me:hunter2x@r.example.org/base:1", "other": "x"}
    found = identify_base(image((*HISTORIES["debian"], *APP_BUILDKIT), config={"Labels": labels}))
    assert found.evidence[1:] == ("Label org.opencontainers.image.base.name is https://•••@r.example.org/base:1",)


@pytest.mark.parametrize("unit", ["a", " ", '"-m" "', "a.", "libnv", "cuda-a-", "a:", ".py ", "FROM ", "${NV_"])
@pytest.mark.parametrize("keyword", ["RUN", "CMD", "0 CMD", "0 ENV NV_A="])
def test_hostile_histories_take_linear_time(unit, keyword):
    text = unit * (300_000 // len(unit))
    with at_most(60):
        identify_base(
            image((*HISTORIES["cuda base"], f"{keyword} {text}", "COPY . /app", f"{keyword} {text}", "COPY . /app"))
        )


def test_thousands_of_steps():
    steps = tuple(f'0 CMD ["a{number}.py"]' if number % 2 else "COPY . /app" for number in range(10_000))
    with at_most(60):
        identify_base(image(steps[:8_000], layers=120))
