"""`python -m config.look.fonts`: makes the typeface of exported documents from the one of the pages.

The pages get Inter as variable WOFF2 files, a file an alphabet; a PDF needs whole TrueType files of fixed weight. They
are committed, so that this runs only when the npm package brings new ones; it needs `fonttools[woff]`.
"""

import shutil
import tempfile
from pathlib import Path

from config.dev.engines.place import PROJECT

PACKAGE = PROJECT / "node_modules" / "@fontsource-variable" / "inter"
TO = PROJECT / "cases" / "record" / "fonts"
ALPHABETS = ("latin", "latin-ext", "greek", "greek-ext", "cyrillic", "cyrillic-ext", "vietnamese")
WEIGHTS = {"Regular": 400, "SemiBold": 600}
# What only variable fonts, layout engines and printing presses read.
DROPPED = ("GSUB", "GPOS", "GDEF", "STAT", "HVAR", "MVAR", "avar", "DSIG")


def make(weight: int, to: Path) -> None:
    """Write one weight with the letters of all alphabets to the file `to`."""
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for alphabet in ALPHABETS:
            font = TTFont(PACKAGE / "files" / f"inter-{alphabet}-wght-normal.woff2")
            fixed = instantiateVariableFont(font, {"wght": weight})
            for table in DROPPED:
                if table in fixed:
                    del fixed[table]
            fixed.flavor = None
            parts.append(str(Path(folder) / f"{alphabet}.ttf"))
            fixed.save(parts[-1])
        Merger().merge(parts).save(str(to))


def main() -> None:
    """Write all weights and the licence."""
    TO.mkdir(parents=True, exist_ok=True)
    for name, weight in WEIGHTS.items():
        make(weight, TO / f"Inter-{name}.ttf")
    shutil.copyfile(PACKAGE / "LICENSE", TO / "LICENSE.txt")


if __name__ == "__main__":
    main()
