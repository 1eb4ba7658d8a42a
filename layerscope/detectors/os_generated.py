"""What installation scripts of the system's packages generated, and its configuration."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="os-generated",
    title="generated system state",
    group=Group.SYSTEM,
    directories=("etc", "var/lib", "var/cache", "usr/share/mime"),
    files=(
        "usr/**/gconv-modules.cache",
        "usr/**/gschemas.compiled",
        "usr/**/icon-theme.cache",
        "usr/**/mimeinfo.cache",
        "usr/**/giomodule.cache",
        "usr/**/loaders.cache",
        "usr/**/fonts.dir",
        "usr/**/fonts.scale",
        "usr/**/.uuid",
        "usr/**/hwdb.bin",
        "usr/**/*.elc",
        "usr/share/vim/**/tags",
    ),
    unless_owned=True,
    order=1,
    why="Caches, certificates, accounts and settings that no package lists as its own.",
    fix="Leave it: most of it is needed, and all of it is small.",
)
