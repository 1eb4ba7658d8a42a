"""Owners by file lists: which layer's list counts, links in listed paths, who wins."""

from layerscope.index.owners import UNOWNED, FileList, Package, assign_owners
from layerscope.packages import file_lists
from layerscope.probes import PROBES
from tests.images import Item, directory, file, hardlink, symlink, whiteout
from tests.indexing import index_of

STATUS = "var/lib/dpkg/status"


def status(**versions: str) -> Item:
    text = "".join(f"Package: {n}\nStatus: install ok installed\nVersion: {v}\n\n" for n, v in versions.items())
    return file(STATUS, text.encode())


def listing(name: str, *paths: str) -> Item:
    return file(f"var/lib/dpkg/info/{name}.list", "".join(f"/{path}\n" for path in (".", *paths)).encode())


def owners_of(*layers: list[Item]) -> dict[tuple[str, int], str]:
    """The owner of each file by path and layer, as `manager:name=version`."""
    index = index_of(layers, probes=PROBES)
    owners = assign_owners(index, file_lists(index))
    found = {}
    for row in range(len(index)):
        number = int(owners.of_rows[row])
        if number != UNOWNED:
            package = owners.packages[number]
            key = (index.path(row).decode(), int(index.layers[row]))
            found[key] = f"{package.manager}:{package.name}={package.version}"
    return found


def test_a_layer_s_own_list_gives_owner_and_version() -> None:
    one = [status(a="1"), listing("a", "usr/bin/a"), file("usr/bin/a", b"1")]
    two = [status(a="2"), listing("a", "usr/bin/a"), file("usr/bin/a", b"2")]
    assert owners_of(one, two) == {("usr/bin/a", 0): "dpkg:a=1", ("usr/bin/a", 1): "dpkg:a=2"}


def test_a_rewritten_file_keeps_the_owner_from_below() -> None:
    one = [status(a="1"), listing("a:amd64", "usr/bin/a"), file("usr/bin/a", b"1")]
    assert owners_of(one, [file("usr/bin/a", b"1", mode=0o700)])[("usr/bin/a", 1)] == "dpkg:a=1"


def test_a_removed_package_owns_nothing_above() -> None:
    one = [status(a="1"), listing("a", "usr/bin/a"), file("usr/bin/a", b"1")]
    two = [status(), whiteout("var/lib/dpkg/info/a.list"), whiteout("usr/bin/a")]
    owners = owners_of(one, two, [file("usr/bin/a", b"mine")])
    assert owners == {("usr/bin/a", 0): "dpkg:a=1"}


def test_listed_paths_are_followed_through_links() -> None:
    one = [
        symlink("lib", "usr/lib"),
        symlink("abs", "/usr/lib"),
        status(a="1"),
        listing("a", "lib/x.so", "abs/deep/../y.so", "lib/none"),
        file("usr/lib/x.so", b"x"),
        file("usr/lib/y.so", b"y"),
    ]
    assert {path for path, _ in owners_of(one)} == {"usr/lib/x.so", "usr/lib/y.so"}


def test_directories_have_no_owner() -> None:
    one = [status(a="1"), listing("a", "usr"), directory("usr"), file("usr/x", b"x")]
    assert owners_of(one) == {}


def python_dist(folder: str, name: str, version: str, record: str) -> list[Item]:
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: decoy\n"
    return [file(f"{folder}/METADATA", metadata.encode()), file(f"{folder}/RECORD", record.encode())]


def test_python_distributions_own_what_their_record_lists() -> None:
    site = "usr/lib/python3/site-packages"
    record = 'pkg/a.py,sha256=x,3\n../../../bin/tool,,\n"odd, name.py",,\n/opt/abs.py,,\n'
    items = [
        *python_dist(f"{site}/Pkg-1.0.dist-info", "Pkg", "1.0", record),
        file(f"{site}/pkg/a.py", b"a"),
        file("usr/bin/tool", b"t"),
        file(f"{site}/odd, name.py", b"o"),
        file("opt/abs.py", b"x"),
        file(f"{site}/pkg/not_listed.py", b"n"),
    ]
    assert set(owners_of(items)) == {
        (f"{site}/pkg/a.py", 0),
        ("usr/bin/tool", 0),
        (f"{site}/odd, name.py", 0),
        ("opt/abs.py", 0),
    }


def test_a_record_without_metadata_takes_the_folder_s_name() -> None:
    items = [file("s/some_pkg-2.3.dist-info/RECORD", b"m.py,,\n"), file("s/m.py", b"m")]
    assert owners_of(items) == {("s/m.py", 0): "python:some_pkg=2.3"}


def test_dpkg_is_stronger_than_a_record() -> None:
    site = "usr/lib/python3/dist-packages"
    items = [
        *python_dist(f"{site}/six-1.0.dist-info", "six", "1.0", "six.py,,\n"),
        status(**{"python3-six": "1.0-1"}),
        listing("python3-six", f"{site}/six.py"),
        file(f"{site}/six.py", b"six"),
    ]
    assert owners_of(items)[(f"{site}/six.py", 0)] == "dpkg:python3-six=1.0-1"


def test_of_two_lists_in_one_layer_the_first_wins() -> None:
    index = index_of([[file("x", b"1")]])
    lists = [FileList(Package("dpkg", name, "1"), 0, (b"/x",)) for name in ("b", "a")]
    owners = assign_owners(index, lists)
    assert owners.packages[int(owners.of_rows[0])].name == "b"


def test_a_link_of_a_lower_layer_leads_to_files_above() -> None:
    one = [symlink("lib", "usr/lib"), status(a="1"), listing("a", "lib/x.so", "usr/lib/y.so")]
    two = [file("usr/lib/x.so", b"x"), file("usr/lib/y.so", b"y")]
    assert set(owners_of(one, two)) == {("usr/lib/x.so", 1), ("usr/lib/y.so", 1)}


def test_the_link_may_lead_the_other_way() -> None:
    one = [symlink("usr/lib", "../lib"), status(a="1"), listing("a", "usr/lib/x.so")]
    assert set(owners_of(one, [file("lib/x.so", b"x")])) == {("lib/x.so", 1)}


def test_files_that_a_merge_moves_stay_their_package_s() -> None:
    one = [status(a="1"), listing("a", "lib/x.so"), directory("lib"), file("lib/x.so", b"x")]
    two = [symlink("lib", "usr/lib"), file("usr/lib/x.so", b"x")]
    assert owners_of(one, two) == {("lib/x.so", 0): "dpkg:a=1", ("usr/lib/x.so", 1): "dpkg:a=1"}


def test_a_link_that_a_later_layer_covers_still_led_to_what_was_there() -> None:
    one = [symlink("lib", "usr/lib"), status(a="1"), listing("a", "lib/x.so"), file("usr/lib/x.so", b"x")]
    assert owners_of(one, [file("lib/other", b"o")]) == {("usr/lib/x.so", 0): "dpkg:a=1"}


def test_one_of_two_lists_of_a_package_goes() -> None:
    one = [
        status(a="1"),
        listing("a:amd64", "usr/lib/64"),
        listing("a:i386", "usr/lib/32"),
        file("usr/lib/64", b"6"),
        file("usr/lib/32", b"3"),
    ]
    two = [whiteout("var/lib/dpkg/info/a:i386.list"), whiteout("usr/lib/32")]
    owners = owners_of(one, two, [file("usr/lib/64", b"new"), file("usr/lib/32", b"mine")])
    assert owners[("usr/lib/64", 2)] == "dpkg:a=1"
    assert ("usr/lib/32", 2) not in owners


def test_a_content_belongs_to_whoever_lists_another_name_of_it() -> None:
    items = [
        file("cache/x", b"content"),
        file("cache/y", b"content of nobody"),
        status(a="1"),
        listing("a", "env/x"),
        hardlink("env/x", "cache/x"),
        hardlink("env/y", "cache/y"),
    ]
    assert owners_of(items) == {("cache/x", 0): "dpkg:a=1", ("env/x", 0): "dpkg:a=1"}


def test_a_list_of_nobody_takes_files_away() -> None:
    index = index_of([[file("x", b"1"), file("y", b"2")]])
    lists = [FileList(Package("dpkg", "a", "1"), 0, (b"x",)), FileList(None, 1, (b"x", b"y"))]
    assert assign_owners(index, lists).of_rows.tolist() == [0, UNOWNED]
