"""The tables of officers' papers: inspections, dossiers, rounds. Everybody sees them in catalog.store.tables.

What is written in words stands sealed in *content*; a file stands sealed in *file*.
"""

from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, LargeBinary, String, Table, Text

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

# A commune's report on a product, on its way to the province and into a round. *product_id* is "" for a new product.
dossiers = Table(
    "dossiers",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("state", String(12), nullable=False, index=True),
    Column("commune", String(16), nullable=False, index=True),
    Column("producer_id", String(64), nullable=False, default=""),
    Column("product_id", String(64), nullable=False, default=""),
    Column("content", Text, nullable=False),
    Column("answer", Text, nullable=False, default=""),
    Column("round", Number, index=True),
    Column("version", Integer, nullable=False, default=1),
    Column("edited_by", Number, nullable=False),
    Column("edited_at", Float, nullable=False),
    sqlite_autoincrement=True,
)

rounds = Table(
    "rounds",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("year", Integer, nullable=False, index=True),
    Column("decision", Text, nullable=False, default=""),
    Column("decided", String(10)),
    Column("state", String(12), nullable=False),
    Column("result_decision", Text, nullable=False, default=""),
    Column("published", JSON, nullable=False, default=dict),
    Column("source", Text, nullable=False, default=""),
    Column("opened_by", Number, nullable=False),
    Column("opened_at", Float, nullable=False),
    sqlite_autoincrement=True,
)

# Who takes part; being here is no star.
round_entries = Table(
    "round_entries",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("round", Number, ForeignKey("rounds.number"), nullable=False, index=True),
    Column("product", Text, nullable=False),
    Column("producer", Text, nullable=False),
    Column("product_id", String(64), nullable=False, default=""),
    Column("producer_id", String(64), nullable=False, default=""),
    Column("commune", String(16), nullable=False, default=""),
    Column("address", Text, nullable=False, default=""),
    Column("dossier", Number, nullable=False, default=0),
    Column("result", String(12), nullable=False, default=""),
    Column("stars", Integer),
    Column("score", Float),
    Column("certificate", Text, nullable=False, default=""),
    sqlite_autoincrement=True,
)
