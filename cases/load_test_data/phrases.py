"""Words for generated conversations, drawn from `phrases.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any


@cache
def _bank() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))


def say(chance: Random, language: str, what: str, **known: Any) -> str:
    """Return a phrase of the list `what` in a language, with `known` and things made up on the spot filled in."""
    bank = _bank()[language]
    words = {
        "thing": chance.choice(bank["thing"]),
        "place": chance.choice(bank["place"]),
        "n": chance.randrange(3, 900),
    }
    return chance.choice(bank[what]).format(**words | known)


def subject(chance: Random, language: str) -> str:
    """Return a subject line, which begins with a capital letter."""
    line = say(chance, language, "subject")
    return line[0].upper() + line[1:]


def person(chance: Random) -> str:
    """Return a made-up name."""
    names = _bank()["names"]
    return f"{chance.choice(names['first'])} {chance.choice(names['last'])}"


def company(chance: Random, number: int) -> str:
    """Return a made-up company, told apart from others of its name by `number`."""
    names = _bank()["names"]
    return f"{chance.choice(names['company_head'])} {chance.choice(names['company_tail'])} {number}"
