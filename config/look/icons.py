"""The icon sprite: `static/img/icons.txt` names Tabler icons, `python -m config.look.icons` writes
`static/img/icons.svg`.

The sprite is committed, so that pages need the npm package only when a name is added.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ROOT / "static" / "img" / "icons.txt"
SPRITE = ROOT / "static" / "img" / "icons.svg"
PACKAGE = ROOT / "node_modules" / "@tabler" / "icons" / "icons" / "outline"

_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def names() -> list[str]:
    """Return the names listed, sorted, comments left out."""
    lines = (line.partition("#")[0].strip() for line in NAMES.read_text().splitlines())
    return sorted({line for line in lines if line})


def sprite() -> str:
    """Return the sprite for the names listed. Raises `FileNotFoundError` for a name that Tabler does not have."""
    symbols = []
    for name in names():
        found = _DRAWING.search((PACKAGE / f"{name}.svg").read_text())
        if found is None:
            raise ValueError(f"{name}.svg holds no drawing")
        drawing = " ".join(_FRAME.sub("", found[1]).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    notice = "<!-- Tabler Icons, MIT licence, https://tabler.io/icons. Written by config/look/icons.py. -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', notice, *symbols, "</svg>", ""])


def main() -> None:
    """Write the sprite and say how many icons it holds."""
    SPRITE.write_text(sprite())
    sys.stdout.write(f"{SPRITE.relative_to(ROOT)}: {len(names())} icons\n")


if __name__ == "__main__":
    main()
