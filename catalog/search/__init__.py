"""Product-name search in Vietnamese, in memory and without a service."""

from catalog.search.index import Index
from catalog.search.model import Band, Entry, Filter, Filters, Found, Hit, Order, SmallTalk, Unknown, Validity
from catalog.search.possible_name import possible_name

__all__ = [
    "Band",
    "Entry",
    "Filter",
    "Filters",
    "Found",
    "Hit",
    "Index",
    "Order",
    "SmallTalk",
    "Unknown",
    "Validity",
    "possible_name",
]
