"""recalls, who has read them, and what goes out before all else."""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('recalls',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('until', sa.String(length=10), nullable=True),
    sa.Column('began_at', sa.Float(), nullable=False),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.Column('ended_why', sa.Text(), nullable=False),
    sa.Column('told', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_recalls')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_recalls_product_id'), 'recalls', ['product_id'])
    op.create_index(op.f('ix_recalls_state'), 'recalls', ['state'])
    op.create_table('recall_reads',
    sa.Column('recall', _NUMBER, autoincrement=False, nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('recall', 'channel', 'address', name=op.f('pk_recall_reads'))
    )
    op.create_index('ix_history_looked_up', 'history', ['product_id', 'channel', 'address'])
    op.add_column('outbox', sa.Column('rank', sa.Integer(), nullable=False, server_default=sa.text('1')))
    op.create_index('ix_outbox_rank', 'outbox', ['state', 'channel', 'rank', 'due_at'])


def downgrade() -> None:
    """Undo; recalls, who read them and their warnings are gone."""
    op.execute(sa.text("DELETE FROM outbox WHERE kind IN ('recall', 'recall_over')"))
    op.drop_index('ix_outbox_rank', 'outbox')
    op.drop_column('outbox', 'rank')
    op.drop_index('ix_history_looked_up', 'history')
    op.drop_table('recall_reads')
    op.drop_index(op.f('ix_recalls_state'), 'recalls')
    op.drop_index(op.f('ix_recalls_product_id'), 'recalls')
    op.drop_table('recalls')
