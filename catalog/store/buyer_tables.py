"""The tables of buyers in bulk: what they want, whom was asked for it, and what producers can supply.

Everybody sees them in catalog.store.tables.
"""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from catalog.store.schema import Number, metadata

# What buyers in bulk want. *content* is sealed: the demand, and the name and number that they pass on once both agree.
# Without an address it is a request that was withdrawn, erased or is over.
buyer_requests = Table(
    "buyer_requests",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("language", String(8), nullable=False, default="vi"),
    Column("content", Text, nullable=False),
    Column("fair", String(40), nullable=False, default="", index=True),
    Column("at", Float, nullable=False, index=True),
    Column("ended_at", Float),
    Index("ix_buyer_requests_person", "channel", "address"),
    sqlite_autoincrement=True,
)

# One producer asked for one request, and what came of it: nobody's name or address stands here.
buyer_deals = Table(
    "buyer_deals",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("request", Number, ForeignKey("buyer_requests.number"), nullable=False),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("product_id", String(64), nullable=False, index=True),
    Column("state", String(12), nullable=False, index=True),
    Column("asked_at", Float, nullable=False),
    Column("moved_at", Float, nullable=False),
    Column("signed_at", Float),
    Column("by_officer", Boolean, nullable=False, default=False),
    Index("ix_buyer_deals_request", "request", "product_id"),
    sqlite_autoincrement=True,
)

# What either side says 30 and 90 days after signing.
deal_answers = Table(
    "deal_answers",
    metadata,
    Column("deal", Number, ForeignKey("buyer_deals.number"), primary_key=True),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("side", String(12), primary_key=True),
    Column("answer", String(8), nullable=False),
    Column("at", Float, nullable=False),
)

# What producers can supply, as they or an officer say, in office.
supplies = Table(
    "supplies",
    metadata,
    Column("product_id", String(64), primary_key=True),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("content", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Column("source", Text, nullable=False, default=""),
    Column("as_of", String(10), nullable=False, default=""),
    Column("by_officer", Boolean, nullable=False, default=False),
)
