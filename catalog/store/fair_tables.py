"""The tables of fairs; everybody sees them in catalog.store.tables."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from catalog.store.schema import Number, metadata

# Fairs that officers entered, and copies of shipped ones (catalog/data/fairs.csv) that they changed.
fairs = Table(
    "fairs",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("starts", String(10), nullable=False, index=True),
    Column("ends", String(10), nullable=False),
    Column("opens", String(5)),
    Column("closes", String(5)),
    Column("venue", Text, nullable=False),
    Column("commune", String(16), nullable=False, default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("organiser", Text, nullable=False, default=""),
    Column("link", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("told", Integer, nullable=False, default=0),
    Column("source", Text, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("cancelled_at", Float),
    Column("cancelled_why", Text, nullable=False, default=""),
)

booths = Table(
    "booths",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("fair", String(40), ForeignKey("fairs.key"), nullable=False),
    Column("code", String(12), nullable=False),
    Column("zone", Text, nullable=False, default=""),
    Column("producer_id", String(64), nullable=False, default="", index=True),
    Column("holder", Text, nullable=False, default=""),
    # What its QR code says: nobody guesses it from another one's.
    Column("token", String(16), nullable=False, unique=True),
    UniqueConstraint("fair", "code"),
    # A printed code stays that booth's own.
    sqlite_autoincrement=True,
)

# Who wants to be told of a fair, and in which language; gone once it is over.
fair_reminders = Table(
    "fair_reminders",
    metadata,
    Column("fair", String(40), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("language", String(8), nullable=False, default="vi"),
    Column("at", Float, nullable=False),
    Index("ix_fair_reminders_person", "channel", "address"),
)
