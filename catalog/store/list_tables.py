"""The tables of uploaded lists; everybody sees them in catalog.store.tables."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from catalog.store.schema import Number, metadata

# Lists that officers uploaded. *content* is the file; *owner* works on it until *leased_until*.
lists = Table(
    "lists",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("size", Number, nullable=False),
    Column("officer", Number, nullable=False, index=True),
    Column("added_at", Float, nullable=False),
    Column("state", String(12), nullable=False),
    Column("owner", String(32), nullable=False, default=""),
    Column("leased_until", Float, nullable=False, default=0.0),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("trouble", Text, nullable=False, default=""),
    Column("mends", JSON, nullable=False, default=list),
    Column("headings", JSON, nullable=False, default=list),
    Column("counts", JSON(none_as_null=True)),
    Column("report", JSON(none_as_null=True)),
    Column("notes", JSON, nullable=False, default=list),
    Column("imported_at", Float),
    Column("undone_at", Float),
    Column("undone", JSON(none_as_null=True)),
    # The audit names a list by its number, which is nobody else's.
    sqlite_autoincrement=True,
)

list_lines = Table(
    "list_lines",
    metadata,
    Column("list", Number, ForeignKey("lists.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String(12), nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_list_lines_outcome", "list", "outcome", "place"),
)

# What an import made of each row, so that it can be undone.
list_changes = Table(
    "list_changes",
    metadata,
    Column("list", Number, ForeignKey("lists.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("in_table", String(32), nullable=False),
    Column("key", JSON, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON, nullable=False),
)
