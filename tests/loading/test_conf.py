"""Which folders ld.so.conf names, as ldconfig itself lists them."""

import re
from pathlib import Path

import pytest

from layerscope.loading.conf import conf_folders
from layerscope.loading.paths import RootPaths
from tests.loading.roots import Root, elf, ldconfig, need_linker

PLACES = ("opt/a", "opt/b", "opt/c", "opt/d")
CONFS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"etc/ld.so.conf": "/opt/b\n\n  /opt/a/ # why\n/opt/nothing\n/opt/b\n"}, {}),
    ({"etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf\n/opt/c", "etc/ld.so.conf.d/z.conf": "/opt/d"}, {}),
    (
        {
            "etc/ld.so.conf": "/opt/d\ninclude\t/etc/ld.so.conf.d/[!b]?.conf  /etc/ld.so.conf.d/none*",
            "etc/ld.so.conf.d/.a.conf": "/opt/a",
            "etc/ld.so.conf.d/b1.conf": "/opt/b",
            "etc/ld.so.conf.d/c1.conf": "hwcap 0 nosegneg\n/opt/c\nincludes",
        },
        {},
    ),
    (
        {
            "etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf",
            "etc/ld.so.conf.d/b.conf": "include /etc/ld.so.conf.d/x/*.list\n/opt/a",
            "etc/ld.so.conf.d/x/b.list": "/opt/c",
            "usr/lib/mesa/ld.so.conf": "/opt/d",
        },
        {"etc/ld.so.conf.d/a.conf": "/etc/alternatives/conf", "etc/alternatives/conf": "../../usr/lib/mesa/ld.so.conf"},
    ),
    ({"etc/ld.so.conf": "/opt/link\n/opt/b/../a\n/opt/c"}, {"opt/link": "a"}),
]


@pytest.mark.parametrize(("confs", "links"), CONFS)
def test_folders_as_ldconfig_lists_them(confs: dict[str, str], links: dict[str, str], tmp_path: Path) -> None:
    need_linker()
    libraries = {f"{place}/liba.so.1": elf("liba.so.1") for place in PLACES}
    root = Root(libraries | {path: text.encode() for path, text in confs.items()}, links)
    written = root.write(tmp_path)
    said = re.findall(r"^/(\S+): \(from /etc/", ldconfig(tmp_path, "-v"), re.MULTILINE)
    found = conf_folders(written.config.confs, RootPaths.of(written.stack, written.facts.keys()))
    # ldconfig shows names, and not where links lead.
    expected = [(tmp_path / path).resolve().relative_to(tmp_path).as_posix() for path in said]
    assert [path.decode() for path in found if path.decode() in PLACES] == expected != []
