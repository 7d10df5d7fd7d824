"""ids that lead to what was merged, or is called otherwise by now."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('former_ids',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('number', _NUMBER, nullable=True),
    sa.Column('product_id', sa.String(length=64), nullable=True),
    sa.Column('producer_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('kind', 'id', name=op.f('pk_former_ids'))
    )
    for column in ('number', 'product_id', 'producer_id'):
        op.create_index(op.f(f'ix_former_ids_{column}'), 'former_ids', [column])


def downgrade() -> None:
    """Undo; what old links and labels led to is gone."""
    op.drop_table('former_ids')
