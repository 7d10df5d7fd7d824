"""what the second officer says to a proposal."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('proposals', sa.Column('answer', sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    """Undo; the answers stand in the audit."""
    with op.batch_alter_table('proposals') as table:
        table.drop_column('answer')
