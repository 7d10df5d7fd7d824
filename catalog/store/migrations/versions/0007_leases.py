"""leases have an owner, and each notice says how often it may be sent."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('inbox', sa.Column('owner', sa.String(length=32), nullable=False, server_default=sa.text("''")))
    op.add_column('notices', sa.Column('owner', sa.String(length=32), nullable=False, server_default=sa.text("''")))
    op.add_column(
        'notices', sa.Column('policy', sa.String(length=16), nullable=False, server_default=sa.text("'at_least_once'"))
    )
    op.execute(sa.text("UPDATE notices SET policy = 'at_most_once' WHERE kind IN ('answer', 'closed', 'decided')"))


def downgrade() -> None:
    """Undo."""
    op.drop_column('notices', 'policy')
    op.drop_column('notices', 'owner')
    op.drop_column('inbox', 'owner')
