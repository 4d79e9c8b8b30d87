"""The files that people of the demo send, made from nothing: pictures, tables, logs. The same every time."""

import struct
import zlib
from collections.abc import Sequence
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

WIDTH, HEIGHT = 640, 400
PAPER, INK, FRAME, TITLE, ALARM, BAR = (
    (255, 255, 255),
    (203, 210, 217),
    (232, 236, 240),
    (36, 62, 99),
    (214, 57, 57),
    (66, 153, 225),
)
SERVICES = ("gateway", "session", "worker", "scheduler")


def upload(name: str) -> SimpleUploadedFile:
    """Return a file whose content suits its name; what it holds follows from the name alone."""
    chance = Random(name)
    kind = name.rpartition(".")[2]
    content = {"png": _picture, "csv": _table, "log": _log, "xml": _metadata}[kind](chance)
    return SimpleUploadedFile(name, content)


def _picture(chance: Random) -> bytes:
    """Draw a window with a title, a message in red, a few lines of text and a chart."""
    boxes: list[tuple[Box, Colour]] = [((0, 0, WIDTH, HEIGHT), FRAME), ((16, 16, 608, 28), TITLE)]
    boxes += [((16, 44, 608, 340), PAPER), ((32, 60, chance.randrange(300, 520), 34), ALARM)]
    boxes += [((32, 116 + 22 * line, chance.randrange(90, 250), 10), INK) for line in range(11)]
    for column in range(9):
        tall = chance.randrange(30, 230)
        boxes.append(((330 + 32 * column, 360 - tall, 22, tall), BAR))
    return _png(WIDTH, HEIGHT, boxes)


def _png(width: int, height: int, boxes: Sequence[tuple[Box, Colour]]) -> bytes:
    """Return a PNG on which the boxes (left, top, width, height) lie one over the other."""
    rows = [bytearray(bytes(PAPER) * width) for _ in range(height)]
    for (left, top, wide, tall), colour in boxes:
        for row in rows[top : top + tall]:
            row[left * 3 : (left + wide) * 3] = bytes(colour) * wide
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _table(chance: Random) -> bytes:
    lines = ["id;name;expected;shown"]
    for number in range(1, chance.randrange(20, 60)):
        expected = chance.randrange(1_000, 90_000) / 10
        lines.append(
            f"{number};Item {chance.randrange(100, 999)};{expected};{expected + chance.choice((0, 0, 0.1, 1))}"
        )
    return "\n".join(lines).encode() + b"\n"


def _log(chance: Random) -> bytes:
    clock, lines = chance.randrange(20_000, 60_000), []
    for _ in range(chance.randrange(60, 160)):
        clock += chance.randrange(1, 40)
        level = chance.choice(("INFO", "INFO", "INFO", "WARN", "ERROR"))
        stamp = f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}"
        lines.append(
            f"{stamp} {level:<5} {chance.choice(SERVICES)} request {chance.randrange(16**6):06x} {_ending(level)}"
        )
    return "\n".join(lines).encode() + b"\n"


def _ending(level: str) -> str:
    return {"INFO": "done", "WARN": "slow, tried again", "ERROR": "refused"}[level]


def _metadata(chance: Random) -> bytes:
    entity = f"https://identity.brightwater.example/{chance.randrange(16**8):08x}"
    return f'<?xml version="1.0"?>\n<EntityDescriptor entityID="{entity}"/>\n'.encode()
