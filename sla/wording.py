"""Reference texts in two languages: columns `<name>_en` and `<name>_fr`, read as one attribute."""

from django.db import models
from django.utils.translation import get_language


class Bilingual:
    """Descriptor: `obj.name` is `obj.name_fr` while French is active, else (or where that is blank) `obj.name_en`."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> str:
        if instance is None:
            return self.field
        french = (get_language() or "en").startswith("fr")
        return (french and getattr(instance, f"{self.field}_fr")) or getattr(instance, f"{self.field}_en")
