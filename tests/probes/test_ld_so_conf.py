"""Lists of folders for dynamic linkers; tests/base_image/test_loader_conf.py holds them against ldconfig."""

import pytest

from layerscope.probes import ld_so_conf
from layerscope.probes.ld_so_conf import Directive, LdSoConf, MuslPath
from tests.probes.reading import mutants, read

CONF = b"""# libc default configuration
/usr/local/lib
include /etc/ld.so.conf.d/*.conf\tother.conf
  /opt/two words/lib # not this
included
Hwcap 0 nosegneg
\tinclude
"""


def test_directives() -> None:
    expected = (
        Directive("/usr/local/lib", False),
        Directive("/etc/ld.so.conf.d/*.conf", True),
        Directive("other.conf", True),
        Directive("/opt/two words/lib", False),
        Directive("included", False),
        Directive("include", False),
    )
    for path in ("etc/ld.so.conf", "etc/ld.so.conf.d/000_cuda.conf", "usr/lib/mesa/ld.so.conf"):
        assert read(ld_so_conf.PROBES, path, CONF) == LdSoConf(expected)


def test_paths_of_musl() -> None:
    found = read(ld_so_conf.PROBES, "etc/ld-musl-x86_64.path", b"/lib:/usr/local/lib\n\n/usr/lib\n\0/x")
    assert found == MuslPath(("/lib", "/usr/local/lib", "/usr/lib"))


@pytest.mark.parametrize("path", ["etc/ld.so.conf", "etc/ld-musl-x86_64.path"])
def test_bounds(path: str) -> None:
    with pytest.raises(ValueError, match="over 1000 folders"):
        read(ld_so_conf.PROBES, path, b"/x\n" * 1_001)


def test_mutants_are_read() -> None:
    for content in mutants(CONF, 300):
        found = read(ld_so_conf.PROBES, "etc/ld.so.conf", content)
        assert all(directive.value.strip() == directive.value != "" for directive in found.directives)
