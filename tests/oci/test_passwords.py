"""Passwords behind short options: which word holds one, and where in it."""

import pytest

from layerscope.oci.passwords import Password, find_passwords


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker login -u me -p x", [Password("docker", 5, 0)]),
        ("docker login -p=hunter2x", [Password("docker", 2, 3)]),
        ("docker --debug login -phunter2x", [Password("docker", 3, 2)]),
        ("make;podman login -p x && mysql -phunter2x", [Password("podman", 3, 0), Password("mysql", 6, 2)]),
        ("sudo /usr/bin/mysqldump '-phunter2x'", [Password("mysqldump", 2, 3)]),
        ("mysql -p=hunter2x", [Password("mysql", 1, 2)]),
        ("twine upload -u me -p x a.whl", [Password("twine", 5, 0)]),
        ("mongodump -p x -u me", [Password("mongodump", 2, 0)]),
        ("redis-cli -p 6379 -a x", [Password("redis-cli", 4, 0)]),
        ("sqlcmd -S example -P x", [Password("sqlcmd", 4, 0)]),
        ("docker login -p -u me", []),
        ("docker login; cp -p x", []),
        ("docker login | xargs -p x", []),
        ("docker run -p x", []),
        ("mysql -p x", []),
        ("mysqld-wrapper2 -phunter2x", []),
        ("-p", []),
        ("", []),
    ],
)
def test_places(text, expected):
    assert list(find_passwords(text.split(" "))) == expected
