"""jobs: on PostgreSQL the tables and functions of procrastinate 3.10, in its own words.

A later version of procrastinate that changes its tables needs a migration of its own here, with that version's words.
"""

from alembic import op
from procrastinate.schema import SchemaManager

from catalog.store.jobs import drop_jobs

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == 'postgresql':
        op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace('%', '%%'))


def downgrade() -> None:
    """Undo. Work that waits loses its jobs, and nothing else: the version before works from the rows themselves."""
    drop_jobs(op.get_bind())
