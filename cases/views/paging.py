"""Pages of long lists without counting everything."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

COUNTED = 2_000


class BoundedPaginator(Paginator):
    """Counts no further than COUNTED rows: what lies beyond is found by filters and search, not by turning pages."""

    object_list: Any  # a queryset

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than was counted."""
        return self.count == COUNTED
