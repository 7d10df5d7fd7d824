"""what people who bought a product think of it."""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('ratings',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('half', sa.String(length=6), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('way', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('changed_at', sa.Float(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('holds', sa.String(length=40), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.Float(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('cleared', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_ratings')),
    sa.UniqueConstraint('channel', 'address', 'product_id', 'half', name=op.f('uq_ratings_channel')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_ratings_mark'), 'ratings', ['mark'])
    op.create_index('ix_ratings_product', 'ratings', ['product_id', 'number'])
    op.create_index('ix_ratings_state', 'ratings', ['state', 'number'])


def downgrade() -> None:
    """Undo; what people thought of products is gone."""
    op.drop_table('ratings')
