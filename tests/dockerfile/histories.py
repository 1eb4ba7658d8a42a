"""A Dockerfile with something of everything, and what two builders wrote into the histories of its images.

The histories are those of Docker Engine 20.10.24; a tuple is a step without a layer.
"""

from collections.abc import Sequence

from layerscope.oci.image import Image
from tests.findings.cases import image_of

STEPS = """\
ARG NAME=x
ENV A=1 LANG="C.UTF-8 x" P=/opt:$A
ENV OLD style value
LABEL a="b c" d=e
WORKDIR /work
COPY source /source
COPY --chown=1:1 ["source/0", "source/1", "rel/"]
ADD source/0 ${NAME}dir/
RUN echo a \\
    # comment
    && echo   "b  c" $NAME > /tmp/b
RUN ["sh", "-c", "echo x > /tmp/c"]
SHELL ["sh", "-x", "-c"]
RUN echo d > /tmp/d
VOLUME /data
EXPOSE 80
STOPSIGNAL 9
USER 12:34
HEALTHCHECK --interval=5s CMD true
ONBUILD RUN echo x
ENTRYPOINT ["sh", "-c"]
CMD echo hi
"""
# For each layer above the base's one layer the lines of STEPS, if those begin on line 2.
LINES = {1: (6, 6), 2: (7, 7), 3: (8, 8), 4: (9, 9), 5: (10, 12), 6: (13, 13), 7: (15, 15)}
HEALTHCHECK = """HEALTHCHECK &{["CMD-SHELL" "true"] "5s" "0s" "0s" '\\x00'}"""
CLASSIC = (
    "",
    ("/bin/sh -c #(nop)  ARG NAME=x",),
    ("/bin/sh -c #(nop)  ENV A=1 LANG=C.UTF-8 x P=/opt:",),
    ("/bin/sh -c #(nop)  ENV OLD=style value",),
    ("/bin/sh -c #(nop)  LABEL a=b c d=e",),
    "/bin/sh -c #(nop) WORKDIR /work",
    "/bin/sh -c #(nop) COPY dir:20f6dacb62fcb7d8abf89d53a31297cec6400b60278a8312cb283d069cad5a50 in /source ",
    "/bin/sh -c #(nop) COPY --chown=1:1multi:95fb90820e6c3a9d8fd1b71e288004eaaa7f5c2c006e2992cd20f41b194be716 in rel/ ",
    "/bin/sh -c #(nop) ADD file:559db08347436957105e1d81b1d085bf2c5ae6b72006537ff42eeb59a761d2ae in xdir/ ",
    '|1 NAME=x /bin/sh -c echo a     && echo   "b  c" $NAME > /tmp/b',
    "|1 NAME=x sh -c echo x > /tmp/c",
    ("sh -x -c #(nop)  SHELL [sh -x -c]",),
    "|1 NAME=x sh -x -c echo d > /tmp/d",
    ("sh -x -c #(nop)  VOLUME [/data]",),
    ("sh -x -c #(nop)  EXPOSE 80",),
    ("sh -x -c #(nop)  STOPSIGNAL 9",),
    ("sh -x -c #(nop)  USER 12:34",),
    (f"sh -x -c #(nop)  {HEALTHCHECK}",),
    ("sh -x -c #(nop)  ONBUILD RUN echo x",),
    ('sh -x -c #(nop)  ENTRYPOINT ["sh" "-c"]',),
    ('sh -x -c #(nop)  CMD ["sh" "-x" "-c" "echo hi"]',),
)
BUILDKIT = (
    "",
    ("ARG NAME=x",),
    ("ENV A=1 LANG=C.UTF-8 x P=/opt:",),
    ("ENV OLD=style value",),
    ("LABEL a=b c d=e",),
    "WORKDIR /work",
    "COPY source /source # buildkit",
    "COPY source/0 source/1 rel/ # buildkit",
    "ADD source/0 xdir/ # buildkit",
    'RUN |1 NAME=x /bin/sh -c echo a     && echo   "b  c" $NAME > /tmp/b # buildkit',
    "RUN |1 NAME=x sh -c echo x > /tmp/c # buildkit",
    ("SHELL [sh -x -c]",),
    "RUN |1 NAME=x sh -x -c echo d > /tmp/d # buildkit",
    ("VOLUME [/data]",),
    ("EXPOSE map[80/tcp:{}]",),
    ("STOPSIGNAL 9",),
    ("USER 12:34",),
    (HEALTHCHECK,),
    ('ENTRYPOINT ["sh" "-c"]',),
    ('CMD ["sh" "-x" "-c" "echo hi"]',),
)
Steps = Sequence[str | tuple[str]]


def image_with(history: Steps) -> Image:
    """Return an image with these build steps and a layer for each that has one."""
    return image_of(sum(isinstance(step, str) for step in history), history)
