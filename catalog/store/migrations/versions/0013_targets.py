"""the programme's targets, as officers enter and end them."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('targets',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('shipped', sa.String(length=40), nullable=False),
    sa.Column('measure', sa.String(length=24), nullable=False),
    sa.Column('area', sa.String(length=16), nullable=False),
    sa.Column('least', sa.Float(), nullable=False),
    sa.Column('most', sa.Float(), nullable=True),
    sa.Column('since', sa.String(length=10), nullable=True),
    sa.Column('until', sa.String(length=10), nullable=False),
    sa.Column('stated', sa.String(length=10), nullable=True),
    sa.Column('plan', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('entered_by', _NUMBER, nullable=False),
    sa.Column('entered_at', sa.Float(), nullable=False),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_targets')),
    sqlite_autoincrement=True
    )
    named = sa.text("shipped <> ''")
    op.create_index('uq_targets_shipped', 'targets', ['shipped'], unique=True, sqlite_where=named,
    postgresql_where=named)  # fmt: skip


def downgrade() -> None:
    """Undo; what officers entered is gone."""
    op.drop_table('targets')
