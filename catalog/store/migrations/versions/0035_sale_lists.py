"""lists of points of sale, to be undone."""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('sale_lists',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('by_officer', _NUMBER, nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('undone', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_sale_lists')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    """Undo; lists that were kept cannot be undone any more."""
    op.drop_table('sale_lists')
