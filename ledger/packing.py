"""How evidence is stored: its canonical bytes, deflated where that saves room. Pure.

The digest is always that of the bytes themselves, so packing changes nothing that a decision names. A packed body
begins with a mark that no JSON begins with; whatever lacks it, as all that earlier releases kept, is its own content.
"""

import zlib

MARK = b"\x00z1"
LEVEL = 6
# More than any evidence there is needs, and little enough that no row can fill a process's memory (safety limit).
MOST = 32 * 1024 * 1024


class Unpackable(ValueError):
    """Bytes that are too many to be kept, or a stored body that does not unpack to what may be kept."""


def pack(content: bytes) -> bytes:
    """``content`` as it is stored. Raises Unpackable for more than MOST bytes."""
    if len(content) > MOST:
        raise Unpackable(f"evidence holds at most {MOST} bytes, this one {len(content)}")
    packed = MARK + zlib.compress(content, LEVEL)
    return packed if len(packed) < len(content) or content.startswith(MARK) else content


def unpack(body: bytes) -> bytes:
    """The content of a stored body; never more than MOST bytes of a packed one. Raises Unpackable."""
    if not body.startswith(MARK):
        return body
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(body[len(MARK) :], MOST + 1)
    except zlib.error as error:
        raise Unpackable("its packed bytes are broken") from error
    if len(content) > MOST:
        raise Unpackable(f"it unpacks to more than {MOST} bytes")
    if not stream.eof or stream.unused_data:
        raise Unpackable("its packed bytes are broken")
    return content
