"""A repository's history in a layer."""

from layerscope.findings.rule import Rule

RULE = Rule(
    id="vcs",
    title="the history of a source repository is in the image",
    categories=("vcs",),
    why="Version control keeps every former version of every file, and perhaps secrets that were removed since.",
    fix="Leave .git out of the build context; clone in another stage, or delete .git in the same instruction.",
    dockerfile=(
        "# in .dockerignore:",
        "**/.git",
        "# for a clone, without its history:",
        "ADD https://github.com/example/project.git#v1.0 /src",
    ),
    order=60,
)
