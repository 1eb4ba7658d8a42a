"""What the rule `setuid-files` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import directory, file, whiteout


def found(*layers, **more):
    return only(findings_of(layers, **more), "setuid-files")


@pytest.mark.parametrize(("mode", "shown"), [(0o4755, "4755"), (0o2755, "2755"), (0o6711, "6711")])
def test_finds(mode, shown):
    [finding] = found([file("usr/local/bin/helper", b"x", mode=mode)])
    assert (finding.evidence, finding.layers) == ((f"{shown} /usr/local/bin/helper",), (0,))


def test_says_who_brought_it():
    [finding] = found([file("usr/bin/sudo", b"x", mode=0o4755)], owned={"usr/bin/sudo": "dpkg:sudo"})
    assert finding.evidence == ("4755 /usr/bin/sudo (of dpkg:sudo)",)


@pytest.mark.parametrize(
    "item",
    [
        # What `find / -perm /6000` lists on plain Debian 12.
        *(file(f"usr/bin/{name}", b"x", mode=0o4755) for name in ("su", "mount", "umount", "passwd", "gpasswd")),
        *(file(f"usr/bin/{name}", b"x", mode=0o4755) for name in ("chsh", "chfn", "newgrp")),
        *(file(f"usr/{name}", b"x", mode=0o2755) for name in ("sbin/unix_chkpwd", "bin/chage", "bin/expiry")),
        directory("var/mail", 0o2775),
        # Without execute permission the bit on a group locks, and starts nothing.
        file("var/lib/thing", b"x", mode=0o2644),
        file("usr/local/bin/plain", b"x", mode=0o755),
    ],
    ids=lambda item: item.path,
)
def test_leaves_alone(item):
    assert not found([item])


def test_leaves_what_is_gone_and_the_bases_alone():
    helper = [file("usr/local/bin/helper", b"x", mode=0o4755)]
    assert not found(helper, [whiteout("usr/local/bin/helper")])
    assert not found(helper, [file("app", b"x")], base_count=1)
