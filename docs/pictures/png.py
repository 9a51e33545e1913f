"""PNG pictures in fewer bytes and nothing lost: no alpha, a palette where 256 colours do, the strongest compression."""
# ruff: noqa: INP001 - beside a script

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRUE_COLOUR, PALETTE, WITH_ALPHA = 2, 3, 6
MOST_COLOURS = 256


def smaller(picture: bytes) -> bytes:
    """The same pixels; the picture itself where it has another form than a browser's, or would not shrink."""
    chunks = list(_chunks(picture))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or interlaced or colour not in (TRUE_COLOUR, WITH_ALPHA):  # noqa: PLR2004 - eight bits a channel
        return picture
    size = 3 if colour == TRUE_COLOUR else 4
    raw = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    pixels = _without_alpha(_unfiltered(raw, width * size, size), size)
    made = _written(width, height, pixels)
    return min(made, picture, key=len)


def _written(width: int, height: int, pixels: bytes) -> bytes:
    colours = sorted({pixels[at : at + 3] for at in range(0, len(pixels), 3)})
    palette = b""
    size, colour = 3, TRUE_COLOUR
    if len(colours) <= MOST_COLOURS:
        numbers = {each: number for number, each in enumerate(colours)}
        pixels = bytes(numbers[pixels[at : at + 3]] for at in range(0, len(pixels), 3))
        palette, size, colour = _chunk(b"PLTE", b"".join(colours)), 1, PALETTE
    line = width * size
    plain = b"".join(b"\0" + pixels[at : at + line] for at in range(0, len(pixels), line))
    upward = b"".join(_upward(pixels, at, line) for at in range(0, len(pixels), line))
    body = min((zlib.compress(each, 9) for each in (plain, upward)), key=len)
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + palette + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _upward(pixels: bytes, at: int, line: int) -> bytes:
    """One line as its difference to the line above (PNG's filter 2): flat areas become zeros."""
    here = pixels[at : at + line]
    above = pixels[at - line : at] if at else bytes(line)
    return b"\2" + bytes((a - b) & 255 for a, b in zip(here, above, strict=True))


def _without_alpha(pixels: bytes, size: int) -> bytes:
    if size == 3:  # noqa: PLR2004 - red, green, blue
        return pixels
    left = bytearray(len(pixels) // 4 * 3)
    for channel in range(3):
        left[channel::3] = pixels[channel::4]
    return bytes(left)


def _unfiltered(raw: bytes, line: int, size: int) -> bytes:
    """The pixels behind PNG's five line filters (PNG specification, section 9)."""
    out, above = bytearray(), bytes(line)
    for at in range(0, len(raw), line + 1):
        kind, here = raw[at], bytearray(raw[at + 1 : at + 1 + line])
        for number in range(line):
            left = here[number - size] if number >= size else 0
            corner = above[number - size] if number >= size else 0
            if kind == 1:
                here[number] = (here[number] + left) & 255
            elif kind == 2:  # noqa: PLR2004 - the filters' own numbers
                here[number] = (here[number] + above[number]) & 255
            elif kind == 3:  # noqa: PLR2004
                here[number] = (here[number] + (left + above[number]) // 2) & 255
            elif kind == 4:  # noqa: PLR2004
                here[number] = (here[number] + _paeth(left, above[number], corner)) & 255
        out += here
        above = bytes(here)
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda near: abs(guess - near))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
