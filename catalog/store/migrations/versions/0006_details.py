"""details: fields of products and producers that need no column of their own."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ('products', 'producers'):
        op.add_column(table, sa.Column('details', sa.JSON()))


def downgrade() -> None:
    """Undo; the details are lost."""
    for table in ('products', 'producers'):
        op.drop_column(table, 'details')
