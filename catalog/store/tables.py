"""Every table, once, for SQLite and PostgreSQL alike.

Dates of the domain are ISO text because their day may be unknown (:class:`catalog.dates.PartialDate`); moments are
UTC seconds since 1970 as floats, so that both databases compare them the same way.
"""

from dataclasses import fields

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

from catalog.field import Home
from catalog.model import LookUp
from catalog.store import buyer_tables, officer_tables, schema
from catalog.store.field_columns import DETAILS, columns_of

LOOK_UP_COLUMNS = tuple(each.name for each in fields(LookUp))

metadata, Number = schema.metadata, schema.Number

producers = Table(
    "producers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False, default=""),
    *columns_of(Home.PRODUCER),
    Column(DETAILS, JSON, default=dict),
    Column("facts", JSON, nullable=False, default=dict),
)

products = Table(
    "products",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("producer_id", String(64), ForeignKey("producers.id"), nullable=False, index=True),
    *columns_of(Home.PRODUCT),
    Column(DETAILS, JSON, default=dict),
    Column("facts", JSON, nullable=False, default=dict),
)

certificates = Table(
    "certificates",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("product_id", String(64), ForeignKey("products.id"), nullable=False),
    Column("identity", Text, nullable=False),
    *columns_of(Home.CERTIFICATE),
    Column("source", Text, nullable=False, default=""),
    Column("as_of", String(10)),
    UniqueConstraint("product_id", "identity"),
)

# What was decided about a certificate since. Recognition itself is the certificate's row, and a lapse is computed.
certificate_events = Table(
    "certificate_events",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("certificate", Number, ForeignKey("certificates.number"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("decision", Text, nullable=False, default=""),
    Column("decision_key", Text, nullable=False, default="", index=True),
    Column("decided", String(10)),
    Column("issuer", Text, nullable=False, default=""),
    Column("reason", String(24), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("scope", JSON, nullable=False, default=dict),
    Column("effective", String(10)),
    Column("source", Text, nullable=False, default=""),
    Column("as_of", String(10)),
    UniqueConstraint("certificate", "kind", "decision_key"),
)

codes = Table(
    "codes",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("product_id", String(64), ForeignKey("products.id"), primary_key=True),
    Column("text", Text, nullable=False, default=""),
)

# Ids that lead to a product or a producer of another id (catalog.store.former_ids); *number* is that of a product.
former_ids = Table(
    "former_ids",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("number", Number, index=True),
    Column("product_id", String(64), index=True),
    Column("producer_id", String(64), index=True),
)

changes = Table(
    "changes",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("subject", String(80), nullable=False, index=True),
    Column("field", String(32), nullable=False),
    Column("old", Text, nullable=False, default=""),
    Column("new", Text, nullable=False, default=""),
    Column("who", Text, nullable=False, default=""),
)

revision = Table(
    "revision",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("ref", String(200), nullable=False),
    Column("received_at", Float, nullable=False),
    Column("body", Text, nullable=False),
    Column("pictures", LargeBinary),
    Column("state", String(8), nullable=False, default="waiting"),
    Column("owner", String(32), nullable=False, default="", server_default=text("''")),
    Column("leased_until", Float, nullable=False, default=0.0),
    Column("answered_at", Float),
    Column("trouble", Text, nullable=False, default=""),
    UniqueConstraint("channel", "address", "ref"),
    Index("ix_inbox_state", "state"),
    sqlite_autoincrement=True,
)

# Answers and notices. An answer has a body, and the seq of what it answers; a notice has a key, a kind and a subject:
# its words are composed when it is sent. Where answers are fetched from here, number is what a reader goes on from.
outbox = Table(
    "outbox",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("key", String(200)),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(80)),
    Column("message", Number, nullable=False, default=0),
    Column("seq", Number),
    Column("body", Text),
    Column("policy", String(16), nullable=False),
    Column("state", String(16), nullable=False, default="waiting"),
    Column("due_at", Float, nullable=False, default=0.0),
    Column("owner", String(32), nullable=False, default=""),
    Column("leased_until", Float, nullable=False, default=0.0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Column("sent_id", Text, nullable=False, default=""),
    Column("trouble", Text, nullable=False, default=""),
    # What warns people (0) goes before all else that waits.
    Column("rank", Integer, nullable=False, default=1, server_default=text("1")),
    Index(
        "uq_outbox_key",
        "key",
        unique=True,
        sqlite_where=text("key IS NOT NULL"),
        postgresql_where=text("key IS NOT NULL"),
    ),
    Index("ix_outbox_due", "state", "due_at"),
    Index("ix_outbox_rank", "state", "channel", "rank", "due_at"),
    Index("ix_outbox_person", "channel", "address", "number"),
    Index(
        "ix_outbox_subject",
        "subject",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("language", String(8), nullable=False, default=""),
    Column("state", Text, nullable=False, default="{}"),
    Column("seen_at", Float, nullable=False),
)

searches = Table(
    "searches",
    metadata,
    Column("token", String(16), primary_key=True),
    Column("search", Text, nullable=False),
    Column("kept_at", Float, nullable=False, default=0.0, server_default=text("0")),
)

unmet_queries = Table(
    "unmet_queries",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("shown", Text, nullable=False),
)

unmet_askers = Table(
    "unmet_askers",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("person", String(64), primary_key=True, index=True),
    Column("at", Float, nullable=False, index=True),
)

erasures = Table(
    "erasures",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("at", Float, nullable=False, index=True),
)

memory = Table(
    "memory",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("value", Text, nullable=False),
)

inquiries = Table(
    "inquiries",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("ref", String(16), nullable=False, unique=True),
    Column("product_id", String(64), nullable=False),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("language", String(8), nullable=False, default="vi"),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("moved_at", Float, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""),
    Column("flags", JSON, nullable=False, default=list),
    Column("rating", Integer),
    Column("link", String(64), nullable=False, unique=True),
    Column("text_mark", String(64), nullable=False, default=""),
    Column("photo", LargeBinary),
    # When officers gave it to this producer, who answered first, who closed it: they stay when the words are erased.
    Column("given_at", Float),
    Column("answered_at", Float),
    Column("answered_by", String(12), nullable=False, default="", server_default=text("''")),
    Column("closed_by", String(12), nullable=False, default="", server_default=text("''")),
    Column("desk", String(16), nullable=False, default="", server_default=text("''")),
    Column("outcome", String(12), nullable=False, default="", server_default=text("''")),
    Index("ix_inquiries_moved", "state", "moved_at"),
    Index("ix_inquiries_consumer", "channel", "address", "number"),
)

messages = Table(
    "messages",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("inquiry", String(16), ForeignKey("inquiries.ref"), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("side", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("origin", String(64), unique=True),
)

members = Table(
    "members",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("role", String(12), primary_key=True),
    Column("producer_id", String(64), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("rank", Integer, nullable=False, default=0),
    Column("language", String(8), nullable=False, default="vi"),
    Column("quiet_from", Integer, nullable=False, default=0),
    Column("quiet_to", Integer, nullable=False, default=0),
    Column("paused_until", Float, nullable=False, default=0.0),
    Column("canned", JSON, nullable=False, default=list),
    Column("joined_at", Float, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("role", String(12), nullable=False),
    Column("producer_id", String(64), nullable=False, default=""),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

blocks = Table(
    "blocks",
    metadata,
    Column("producer_id", String(64), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("at", Float, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("producer_id", String(64), nullable=False, index=True),
    Column("product_id", String(64), nullable=False, default=""),
    Column("field", String(32), nullable=False),
    Column("old", Text, nullable=False, default=""),
    Column("new", Text, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("at", Float, nullable=False),
    Column("state", String(12), nullable=False, default="waiting", index=True),
    Column("decided_at", Float),
    Column("decided_by", String(200), nullable=False, default=""),
)

history = Table(
    "history",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("at", Float, nullable=False),
    Column("product_id", String(64), nullable=False),
    # How it was looked up: see catalog.model.LookUp.
    *[Column(name, Text, nullable=False, default="", server_default=text("''")) for name in LOOK_UP_COLUMNS],
    Index("ix_history_person", "channel", "address", "number"),
    Index("ix_history_product", "product_id", "lot"),
    Index("ix_history_looked_up", "product_id", "channel", "address"),
)

# What is called back. *told* is how far its people were told: whom the next step begins behind; None once all were.
recalls = Table(
    "recalls",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("product_id", String(64), nullable=False, index=True),
    Column("producer_id", String(64), nullable=False),
    Column("commune", String(16), nullable=False, default=""),
    Column("state", String(12), nullable=False, index=True),
    Column("version", Integer, nullable=False, default=1),
    Column("content", JSON, nullable=False),
    Column("until", String(10)),
    Column("began_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("ended_why", Text, nullable=False, default=""),
    Column("told", JSON(none_as_null=True)),
    # Which producer's chat asked for it.
    Column("channel", String(32), nullable=False, default=""),
    Column("address", String(128), nullable=False, default=""),
    sqlite_autoincrement=True,
)

# Who said that they have read a recall's warning.
recall_reads = Table(
    "recall_reads",
    metadata,
    Column("recall", Number, primary_key=True, autoincrement=False),
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("at", Float, nullable=False),
)

# What people who bought a product think of it, once in each half-year. *words* and *answer* are sealed; *mark* stands
# for the same words by whomever, and opens nothing.
ratings = Table(
    "ratings",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("product_id", String(64), nullable=False),
    Column("half", String(6), nullable=False),
    Column("points", Integer, nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("mark", String(64), nullable=False, default="", index=True),
    Column("way", String(8), nullable=False),
    Column("language", String(8), nullable=False, default="vi"),
    Column("at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("state", String(8), nullable=False),
    Column("holds", String(40), nullable=False, default=""),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_at", Float),
    Column("reason", Text, nullable=False, default=""),
    Column("cleared", Boolean, nullable=False, default=False),
    UniqueConstraint("channel", "address", "product_id", "half"),
    Index("ix_ratings_product", "product_id", "number"),
    Index("ix_ratings_state", "state", "number"),
    # A number that was on a button is never another rating's.
    sqlite_autoincrement=True,
)

# What people follow. *seen* is the number of the last news that they were told of, *told* the last one that the notice
# of number *notice* tells of.
follows = Table(
    "follows",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("language", String(8), nullable=False, default="vi"),
    Column("since", Float, nullable=False),
    Column("seen", Number, nullable=False, default=0),
    Column("told", Number, nullable=False, default=0),
    Column("notice", Number, nullable=False, default=0),
    UniqueConstraint("channel", "address", "kind", "subject"),
    Index("ix_follows_subject", "kind", "subject"),
)

# How what is followed stood when it was last looked at: "p:" and a product's id with its mark; "m:" and a producer,
# "c:" and a commune, all of whose products have one.
followed_marks = Table(
    "followed_marks",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("mark", Text, nullable=False),
)

follow_news = Table(
    "follow_news",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("what", String(12), nullable=False),
    Column("product_id", String(64), nullable=False),
    Column("producer_id", String(64), nullable=False, default=""),
    Column("commune", String(16), nullable=False, default=""),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)

# A code by which what somebody looked up and follows goes along to another chat, as its fingerprint.
moves = Table(
    "moves",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("expires_at", Float, nullable=False),
    Index("ix_moves_person", "channel", "address"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
)

officers = Table(
    "officers",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False, default=""),
    Column("language", String(8), nullable=False, default=""),
    Column("added_at", Float, nullable=False),
    Column("ended_at", Float),
    # A number that somebody had is nobody else's, or the audit would name the wrong one.
    sqlite_autoincrement=True,
)

grants = Table(
    "grants",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("officer", Number, ForeignKey("officers.number"), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("commune", String(16), nullable=False, default=""),
    Column("producer_id", String(64), nullable=False, default=""),
    Column("starts", String(10), nullable=False),
    Column("until", String(10)),
    Column("ended_at", Float),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("officer", Number, ForeignKey("officers.number"), nullable=False, index=True),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

board_sessions = Table(
    "board_sessions",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("officer", Number, ForeignKey("officers.number"), nullable=False, index=True),
    Column("began_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("device", Text, nullable=False, default=""),
    Column("second_way", String(12), nullable=False, default=""),
    sqlite_autoincrement=True,
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("officer", Number, ForeignKey("officers.number"), nullable=False, index=True),
    Column("credential", String(1400), nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Number, nullable=False, default=0),
    Column("name", Text, nullable=False, default=""),
    Column("added_at", Float, nullable=False),
    Column("used_at", Float),
)

# Refuses to be changed: see catalog.store.audit.
audit = Table(
    "audit",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("officer", Number, nullable=False, index=True),
    Column("level", String(12), nullable=False),
    Column("deed", String(40), nullable=False, index=True),
    Column("subject", String(100), nullable=False, index=True),
    Column("before", Text, nullable=False, default=""),
    Column("after", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

# What officers entered beside what comes with the product; of that, only what they ended is here.
published_totals = Table(
    "published_totals",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("shipped", String(40), nullable=False, default=""),
    Column("as_of", String(10), nullable=False),
    Column("area", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("five", Integer),
    Column("four", Integer),
    Column("three", Integer),
    Column("producers", Integer),
    Column("about", String(16), nullable=False, default=""),
    Column("source", Text, nullable=False),
    Column("address", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("entered_by", Number, nullable=False, default=0),
    Column("ended_at", Float),
    Index(
        "uq_published_totals_shipped",
        "shipped",
        unique=True,
        sqlite_where=text("shipped <> ''"),
        postgresql_where=text("shipped <> ''"),
    ),
    sqlite_autoincrement=True,
)

proposals = Table(
    "proposals",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("act", String(32), nullable=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("commune", String(16), nullable=False, default=""),
    Column("producer_id", String(64), nullable=False, default=""),
    Column("content", JSON, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("proposed_by", Number, ForeignKey("officers.number"), nullable=False, index=True),
    Column("proposed_at", Float, nullable=False),
    Column("state", String(12), nullable=False, default="waiting", index=True),
    Column("decided_by", Number, ForeignKey("officers.number"), index=True),
    Column("decided_at", Float),
    Column("answer", Text, nullable=False, default="", server_default=text("''")),
    sqlite_autoincrement=True,
)

# Targets that officers entered, and copies of shipped ones (catalog/data/targets.csv) that were ended.
targets = Table(
    "targets",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("shipped", String(40), nullable=False, default=""),
    Column("measure", String(24), nullable=False),
    Column("area", String(16), nullable=False),
    Column("least", Float, nullable=False),
    Column("most", Float),
    Column("since", String(10)),
    Column("until", String(10), nullable=False),
    Column("stated", String(10)),
    Column("plan", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("entered_by", Number, nullable=False),
    Column("entered_at", Float, nullable=False),
    Column("ended_at", Float),
    Index(
        "uq_targets_shipped",
        "shipped",
        unique=True,
        sqlite_where=text("shipped <> ''"),
        postgresql_where=text("shipped <> ''"),
    ),
    sqlite_autoincrement=True,
)

lists, list_lines, list_changes = officer_tables.lists, officer_tables.list_lines, officer_tables.list_changes
fairs, booths, fair_reminders = officer_tables.fairs, officer_tables.booths, officer_tables.fair_reminders
joins, joined_rows = officer_tables.joins, officer_tables.joined_rows
inspections, dossiers = officer_tables.inspections, officer_tables.dossiers
rounds, round_entries = officer_tables.rounds, officer_tables.round_entries
fair_invitations, booth_visits = officer_tables.fair_invitations, officer_tables.booth_visits
sale_points, sold_products = officer_tables.sale_points, officer_tables.sold_products
booth_days, fair_leads, fair_sales = officer_tables.booth_days, officer_tables.fair_leads, officer_tables.fair_sales
gate_counts, sale_lists = officer_tables.gate_counts, officer_tables.sale_lists
buyer_requests, buyer_deals = buyer_tables.buyer_requests, buyer_tables.buyer_deals
deal_answers, supplies = buyer_tables.deal_answers, buyer_tables.supplies
