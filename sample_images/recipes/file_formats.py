"""Small valid files of the formats that ML images are full of. All are stored, none is compressed:
a compressor's output may differ between library versions."""

import io
import json
import struct
import zipfile
import zlib

from sample_images.recipes.filler import filler, random_bytes

PYC_MAGIC_310 = b"\x6f\x0d\x0d\x0a"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def gzip_stored(text: str) -> bytes:
    """A valid gzip file whose one deflate block is stored."""
    data = text.encode()
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return b"\x1f\x8b\x08\x00" + bytes(5) + b"\x03" + block + struct.pack("<II", zlib.crc32(data), len(data))


def zip_stored(members: dict[str, bytes]) -> bytes:
    """A zip archive of stored members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def ar_archive(members: dict[str, bytes]) -> bytes:
    """An `ar` archive: a static library, or the outside of a .deb."""
    out = bytearray(b"!<arch>\n")
    for name, data in members.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
        out += data + b"\n" * (len(data) % 2)
    return bytes(out)


def deb(package: str, version: str, size: int) -> bytes:
    """A Debian package whose data member is filler, `size` bytes in all."""
    control = random_bytes(f"control {package} {version}", 60)
    members = {"debian-binary": b"2.0\n", "control.tar.zst": b"\x28\xb5\x2f\xfd" + control, "data.tar.zst": b""}
    room = max(4, size - len(ar_archive(members))) // 2 * 2
    members["data.tar.zst"] = b"\x28\xb5\x2f\xfd" + random_bytes(f"deb {package} {version}", room - 4)
    return ar_archive(members)


def static_library(name: str, size: int) -> bytes:
    """A static library of one object, `size` bytes in all."""
    return ar_archive({f"{name.removesuffix('.a')[:11]}.o/": filler(name, max(2, size - 68) // 2 * 2)})


def pyc(source: bytes, source_mtime: int) -> bytes:
    """A Python 3.10 bytecode file of the given source; the code is filler."""
    head = PYC_MAGIC_310 + struct.pack("<III", 0, source_mtime, len(source))
    return head + b"\xe3" + filler(source.decode(), len(source) * 3 // 4)


def safetensors(name: str, size: int) -> bytes:
    """A safetensors file of one F16 tensor, about `size` bytes in all."""
    count = (size - 128) // 2
    tensor = {"dtype": "F16", "shape": [count], "data_offsets": [0, count * 2]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "model.embed_tokens.weight": tensor}, separators=(",", ":"))
    header += " " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header.encode() + random_bytes(name, count * 2)


def msgpack(value: object) -> bytes:
    """MessagePack of what pip's HTTP cache holds: maps, text, bytes, small integers and booleans."""
    match value:
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            return b"\xcd" + struct.pack(">H", value)
        case str():
            return b"\xd9" + bytes([len(value.encode())]) + value.encode()
        case bytes():
            return b"\xc4" + bytes([len(value)]) + value
        case dict():
            return bytes([0x80 | len(value)]) + b"".join(msgpack(key) + msgpack(item) for key, item in value.items())
        case _:
            raise TypeError(f"no MessagePack for {type(value).__name__}")


def pip_http_metadata(length: int) -> bytes:
    """The metadata half of an entry of pip's `http-v2` cache; the wheel itself lies beside it as `.body`."""
    headers = {
        "content-type": "application/octet-stream",
        "content-length": str(length),
        "cache-control": "max-age=365000000, immutable, public",
    }
    response = {
        "body": b"",
        "headers": headers,
        "status": 200,
        "version": 11,
        "reason": "OK",
        "decode_content": False,
    }
    return b"cc=4," + msgpack({"response": response, "vary": {}})
