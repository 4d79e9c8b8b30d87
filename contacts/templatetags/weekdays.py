"""Days of the week in words."""

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def days(first: int, last: int) -> str:
    """Name one day, or "Monday to Friday"; Monday is 0."""
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}
