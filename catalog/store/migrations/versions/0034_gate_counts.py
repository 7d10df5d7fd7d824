"""what a fair's gate counted, as officers type it."""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('gate_counts',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('people', _NUMBER, nullable=True),
    sa.Column('source', sa.String(length=160), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_gate_counts')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_gate_counts_fair'), 'gate_counts', ['fair'])


def downgrade() -> None:
    """Undo; what was typed is gone."""
    op.drop_table('gate_counts')
