"""where products are sold."""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('sale_points',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('confirmed', sa.String(length=10), nullable=False),
    sa.Column('by_producer', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_sale_points')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_sale_points_commune'), 'sale_points', ['commune'])
    op.create_index(op.f('ix_sale_points_producer_id'), 'sale_points', ['producer_id'])
    op.create_table('sold_products',
    sa.Column('point', _NUMBER, autoincrement=False, nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['point'], ['sale_points.number'], name=op.f('fk_sold_products_point_sale_points')),
    sa.PrimaryKeyConstraint('point', 'product_id', name=op.f('pk_sold_products'))
    )
    op.create_index(op.f('ix_sold_products_product_id'), 'sold_products', ['product_id'])


def downgrade() -> None:
    """Undo; what was entered is gone."""
    op.drop_table('sold_products')
    op.drop_table('sale_points')
