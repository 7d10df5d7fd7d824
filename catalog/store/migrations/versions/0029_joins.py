"""what a merge of two products or producers did to other rows, so that it can be undone for a while."""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply; what was merged before cannot be parted."""
    op.create_table(
        'joins',
        sa.Column('number', _NUMBER, autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('kept', sa.String(length=64), nullable=False),
        sa.Column('gone', sa.String(length=64), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('by_officer', _NUMBER, nullable=False),
        sa.Column('at', sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint('number'),
    )
    op.create_index('ix_joins_kept', 'joins', ['kept'])
    op.create_index('ix_joins_at', 'joins', ['at'])
    op.create_table(
        'joined_rows',
        sa.Column('joined', _NUMBER, nullable=False),
        sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('in_table', sa.String(length=32), nullable=False),
        sa.Column('key', sa.JSON(), nullable=False),
        sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('channel', sa.String(length=32), nullable=False, server_default=sa.text("''")),
        sa.Column('address', sa.String(length=128), nullable=False, server_default=sa.text("''")),
        sa.ForeignKeyConstraint(['joined'], ['joins.number']),
        sa.PrimaryKeyConstraint('joined', 'place'),
    )
    op.create_index('ix_joined_rows_person', 'joined_rows', ['channel', 'address'])


def downgrade() -> None:
    """Undo; no merge can be undone any more."""
    op.drop_table('joined_rows')
    op.drop_table('joins')
