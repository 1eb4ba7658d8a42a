"""Looking inside files while a layer is scanned: one file for each kind, frozen facts out."""

from layerscope.probes import (
    apk,
    apt_extended_states,
    conda,
    dpkg,
    elf,
    ld_so_conf,
    model_file,
    os_release,
    python_dist,
    python_source,
    rpm,
    secrets,
    static_archive,
)

# Where two ask for one file the first has it, so those that ask for few come first.
PROBES = (
    *dpkg.PROBES,
    *apt_extended_states.PROBES,
    *apk.PROBES,
    *rpm.PROBES,
    *conda.PROBES,
    *python_dist.PROBES,
    *os_release.PROBES,
    *ld_so_conf.PROBES,
    *secrets.PROBES,
    *python_source.PROBES,
    *static_archive.PROBES,
    *model_file.PROBES,
    *elf.PROBES,
)
