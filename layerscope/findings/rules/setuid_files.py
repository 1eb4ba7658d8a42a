"""Programs that run with the rights of their owner or group, beyond those of every distribution."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.layers.columns import Integers, distinct
from layerscope.units import safe_text

_SETUID, _SETGID, _EXECUTE = 0o4000, 0o2000, 0o111
# What util-linux, shadow, pam, openssh, dbus, policykit, cron, fuse and sudo-less base systems bring so.
_USUAL = frozenset(
    b"""
    arping at bbsuid bsd-write chage chfn chsh crontab dbus-daemon-launch-helper dotlockfile exim4 expiry
    fusermount fusermount3 gpasswd grub2-set-bootflag locate mlocate mount newgidmap newgrp newuidmap
    pam_timestamp_check passwd ping pkexec plocate polkit-agent-helper-1 screen ssh-agent ssh-keysign su umount
    unix_chkpwd userhelper utempter wall write write.ul
    """.split()
)
_SHOWN = 20


def _find(case: Case) -> Iterator[Claim]:
    rows = np.array([row for row in _rows(case).tolist() if _is_unusual(case, row)], dtype=np.int64)
    if len(rows):
        shown = [_shown(case, row) for row in rows[:_SHOWN].tolist()]
        more = (f"and {len(rows) - _SHOWN} more",) if len(rows) > _SHOWN else ()
        layers = tuple(distinct(case.index.layers[rows]).tolist())
        yield Claim(layers=layers, evidence=(*shown, *more))


def _rows(case: Case) -> Integers:
    """Live files of the image's own layers that may be executed and carry one of the bits."""
    modes = np.concatenate([scan.modes for scan in case.index.scans]) if case.index.scans else np.empty(0, np.uint16)
    special = ((modes & (_SETUID | _SETGID)) != 0) & ((modes & _EXECUTE) != 0)
    chosen: Integers = np.flatnonzero(
        special & case.is_file & case.index.visible & (case.index.layers >= case.base.count)
    )
    return chosen


def _is_unusual(case: Case, row: int) -> bool:
    return case.index.path(row).rpartition(b"/")[2] not in _USUAL


def _shown(case: Case, row: int) -> str:
    owner = case.package_of(row)
    brought = f" (of {safe_text(owner)})" if owner else ""
    return f"{case.index.entry(row).mode & 0o7777:04o} /{safe_text(case.index.path(row))}{brought}"


RULE = Rule(
    id="setuid-files",
    title="programs run with their owner's rights",
    find=_find,
    why="A flaw in a setuid program turns any user in the container into its owner, which is mostly root.",
    fix="Take the bits off where nobody needs them, in the instruction that brings the files; and run containers with "
    "no-new-privileges.",
    dockerfile=(
        "RUN apt-get update && apt-get install -y --no-install-recommends some-package \\",
        "    && chmod a-s /usr/bin/some-program && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.MEDIUM,
    purposes=(Purpose.PROD,),
)
