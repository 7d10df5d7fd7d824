"""published totals, as officers enter and end them."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('published_totals',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('shipped', sa.String(length=40), nullable=False),
    sa.Column('as_of', sa.String(length=10), nullable=False),
    sa.Column('area', sa.String(length=16), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('five', sa.Integer(), nullable=True),
    sa.Column('four', sa.Integer(), nullable=True),
    sa.Column('three', sa.Integer(), nullable=True),
    sa.Column('producers', sa.Integer(), nullable=True),
    sa.Column('about', sa.String(length=16), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('entered_by', _NUMBER, nullable=False),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_published_totals')),
    sqlite_autoincrement=True
    )
    named = sa.text("shipped <> ''")
    op.create_index('uq_published_totals_shipped', 'published_totals', ['shipped'], unique=True, sqlite_where=named,
    postgresql_where=named)  # fmt: skip


def downgrade() -> None:
    """Undo; what officers entered is gone."""
    op.drop_table('published_totals')
