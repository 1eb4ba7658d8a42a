"""Translations and descriptions of languages."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="locale",
    title="locales",
    group=Group.SYSTEM,
    directories=(
        "usr/share/locale",
        "usr/share/locale-langpack",
        "usr/share/i18n",
        "usr/lib/locale",
        "usr/local/share/locale",
        "opt/conda/share/locale",
    ),
    packages=(
        "dpkg:locales",
        "dpkg:locales-all",
        "dpkg:language-pack-*",
        "rpm:glibc-all-langpacks",
        "rpm:glibc-langpack-*",
        "rpm:glibc-locale*",
        "rpm:langpacks-*",
    ),
    why="Messages in other languages and compiled locales; C.UTF-8 needs neither.",
    fix="Set `LANG=C.UTF-8`, and tell dpkg to leave /usr/share/locale out.",
)
