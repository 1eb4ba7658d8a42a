"""The first and last bytes of many names, against Python's own slicing."""

from hypothesis import given
from hypothesis import strategies as st

from layerscope.names import Names, word_of

paths = st.lists(st.text("ab./\xff", max_size=24).map(lambda text: text.encode("latin-1")), max_size=8)


def ending(name: bytes) -> bytes:
    return name[name.rindex(b".") :] if b"." in name else b""


@given(paths)
def test_beginnings_and_endings(some: list[bytes]) -> None:
    names, last = Names(some), [path.rpartition(b"/")[2] for path in some]
    assert [names[row] for row in range(len(names))] == last
    assert names.beginnings.tolist() == [word_of(name) for name in last]
    assert names.endings.tolist() == [word_of(ending(name)) for name in last]
    bounds = zip(names.path_starts.tolist(), names.starts.tolist(), names.path_ends.tolist(), strict=True)
    assert [(start - first, end - start) for first, start, end in bounds] == [
        (len(path) - len(name), len(name)) for path, name in zip(some, last, strict=True)
    ]


@given(paths, st.sampled_from([b"a", b"ab", b"/a", b"a.b/a.b/a"]))
def test_texts(some: list[bytes], text: bytes) -> None:
    having = Names(some).having(text).tolist()
    assert all(found or text not in path for path, found in zip(some, having, strict=True))
    # What only seems to have the text stands before a path that goes on with it.
    joined = [b"".join(some[row:]) for row in range(len(some))]
    assert all(text in rest for rest, found in zip(joined, having, strict=True) if found)
