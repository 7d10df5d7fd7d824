"""inspections of producers, with their minutes."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('inspections',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('mend_by', sa.String(length=10), nullable=True),
    sa.Column('mended_on', sa.String(length=10), nullable=True),
    sa.Column('struck', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('file', sa.LargeBinary(), nullable=True),
    sa.Column('recorded_by', _NUMBER, nullable=False),
    sa.Column('recorded_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_inspections')),
    sqlite_autoincrement=True
    )
    for name in ('producer_id', 'commune', 'mend_by', 'recorded_by'):
        op.create_index(op.f(f'ix_inspections_{name}'), 'inspections', [name])


def downgrade() -> None:
    """Undo; the records and their minutes are gone."""
    op.drop_table('inspections')
