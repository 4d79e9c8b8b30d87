"""The numbers that people say of cases, incidents and reports: a prefix, and the database id in six digits or more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numbering:
    """The numbers of one kind of row: `prefix` is as written, such as "CC-"."""

    prefix: str

    def number(self, pk: int) -> str:
        """Return the number of the row with this id."""
        return f"{self.prefix}{pk:06d}"

    def id_of(self, number: str) -> int | None:
        """Return the database id meant by "CC-001042", "cc1042" or "1042"; None where it is no such number."""
        digits = number.strip().upper().removeprefix(self.prefix).removeprefix(self.prefix.rstrip("-"))
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 15 else None
