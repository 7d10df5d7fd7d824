"""What all tables share: how their keys and indexes are named, and the type of the numbers that rows are given."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out its own row number only for INTEGER, PostgreSQL wants room for many.
Number = BigInteger().with_variant(Integer, "sqlite")
