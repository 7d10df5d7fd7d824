"""The tables of officers' papers: inspections. Everybody sees them in catalog.store.tables.

What is written in words stands sealed in *content*; a file stands sealed in *file*.
"""

from sqlalchemy import Column, Float, LargeBinary, String, Table, Text

from catalog.store.schema import Number, metadata

inspections = Table(
    "inspections",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("day", String(10), nullable=False),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("commune", String(16), nullable=False, default="", index=True),
    Column("mend_by", String(10), index=True),
    Column("mended_on", String(10)),
    Column("struck", Text, nullable=False, default=""),
    Column("content", Text, nullable=False),
    Column("file", LargeBinary),
    Column("recorded_by", Number, nullable=False, index=True),
    Column("recorded_at", Float, nullable=False),
    sqlite_autoincrement=True,
)
