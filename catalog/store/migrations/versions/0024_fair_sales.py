"""what producers sold at a fair."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('fair_sales',
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('total', _NUMBER, nullable=False),
    sa.Column('ocop', _NUMBER, nullable=True),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('by_officer', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('fair', 'producer_id', name=op.f('pk_fair_sales'))
    )


def downgrade() -> None:
    """Undo; what producers said is gone."""
    op.drop_table('fair_sales')
