"""The tables of what officers keep: uploaded lists; inspections, dossiers and rounds; fairs; points of sale.

Everybody sees them in catalog.store.tables. What inspections and dossiers say in words stands sealed in *content*; a
file stands sealed in *file*.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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

joins = Table(
    "joins",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),
    Column("kept", String(64), nullable=False, index=True),
    Column("gone", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("by_officer", Number, nullable=False),
    Column("at", Float, nullable=False, index=True),
)

joined_rows = Table(
    "joined_rows",
    metadata,
    Column("joined", Number, ForeignKey("joins.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("in_table", String(32), nullable=False),
    Column("key", JSON, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("channel", String(32), nullable=False, default="", server_default=text("''")),
    Column("address", String(128), nullable=False, default="", server_default=text("''")),
    Index("ix_joined_rows_person", "channel", "address"),
)

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

# Which producers are invited to a fair, and what they answer in office: nobody's address stands here.
fair_invitations = Table(
    "fair_invitations",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("fair", String(40), ForeignKey("fairs.key"), nullable=False),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("asked_at", Float, nullable=False),
    Column("answer", String(8), nullable=False, default="open"),
    Column("needs", JSON, nullable=False, default=list),
    Column("answered_at", Float),
    Column("by_officer", Boolean, nullable=False, default=False),
    UniqueConstraint("fair", "producer_id"),
    sqlite_autoincrement=True,
)

# Each visit to a booth, chained within its fair (see catalog.fairs.visits). *person* is a word that only the keys make
# of an address; with *salt* it is taken out when they erase everything.
booth_visits = Table(
    "booth_visits",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("fair", String(40), nullable=False),
    Column("place", Number, nullable=False),
    Column("booth", Number, nullable=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("at", Float, nullable=False),
    Column("crowd", Boolean, nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("salt", String(32), nullable=False),
    Column("mark", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("fair", "place"),
    Index(
        "uq_booth_visits_person",
        "booth",
        "day",
        "kind",
        "person",
        unique=True,
        sqlite_where=text("person <> ''"),
        postgresql_where=text("person <> ''"),
    ),
    Index("ix_booth_visits_minute", "booth", "at"),
    # All that counting needs, in the order in which it is counted.
    Index("ix_booth_visits_counted", "fair", "booth", "day", "kind", "crowd"),
)

# What is left of a fair's visits once they are thinned.
booth_days = Table(
    "booth_days",
    metadata,
    Column("fair", String(40), primary_key=True),
    Column("booth", Number, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("counted", Integer, nullable=False),
    Column("crowd", Integer, nullable=False),
)

# Which inquiries began at a booth. The inquiry itself, with whose it is, stands in its own table.
fair_leads = Table(
    "fair_leads",
    metadata,
    Column("ref", String(16), primary_key=True),
    Column("fair", String(40), nullable=False, index=True),
    Column("booth", Number, nullable=False),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("at", Float, nullable=False),
)

# Where products are sold. Who entered a row in office stands in the audit; of a producer's own word no address is kept.
sale_points = Table(
    "sale_points",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("commune", String(16), nullable=False, default="", index=True),
    Column("address", Text, nullable=False, default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("hours", Text, nullable=False, default=""),
    Column("link", Text, nullable=False, default=""),
    Column("producer_id", String(64), nullable=False, default="", index=True),
    Column("source", Text, nullable=False),
    Column("confirmed", String(10), nullable=False),
    Column("by_producer", Boolean, nullable=False, default=False),
    # A button in an old message means the same one for good.
    sqlite_autoincrement=True,
)

sold_products = Table(
    "sold_products",
    metadata,
    Column("point", Number, ForeignKey("sale_points.number"), primary_key=True),
    Column("product_id", String(64), primary_key=True, index=True),
)

# What a fair's gate counted, as officers type it: the last row of a day counts ("" for all days together), and those
# before are what it was; without people it was taken out.
gate_counts = Table(
    "gate_counts",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("fair", String(40), nullable=False, index=True),
    Column("day", String(10), nullable=False),
    Column("people", Number),
    Column("source", String(160), nullable=False),
    Column("at", Float, nullable=False),
    # A button in an old page means the same one for good.
    sqlite_autoincrement=True,
)

# Lists of points of sale that officers kept: what each row was before and is after, to be undone as a whole; *undone*
# tells what became of that.
sale_lists = Table(
    "sale_lists",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("by_officer", Number, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("undone", JSON),
    sqlite_autoincrement=True,
)

# What producers say that they sold at a fair, in office.
fair_sales = Table(
    "fair_sales",
    metadata,
    Column("fair", String(40), primary_key=True),
    Column("producer_id", String(64), primary_key=True),
    Column("total", Number, nullable=False),
    Column("ocop", Number),
    Column("at", Float, nullable=False),
    Column("by_officer", Boolean, nullable=False, default=False),
    Column("best", String(120), nullable=False, default="", server_default=text("''")),
)
