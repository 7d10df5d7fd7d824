"""erasures: who erased everything, as a word that only the keys make of their address."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('erasures',
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('person', name=op.f('pk_erasures'))
    )
    op.create_index(op.f('ix_erasures_at'), 'erasures', ['at'])


def downgrade() -> None:
    """Undo; a backup that is restored afterwards brings back who had erased everything."""
    op.drop_table('erasures')
