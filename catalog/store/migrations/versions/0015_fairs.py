"""fairs that officers entered, their booths, and who wants to be told of one."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('fairs',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('starts', sa.String(length=10), nullable=False),
    sa.Column('ends', sa.String(length=10), nullable=False),
    sa.Column('opens', sa.String(length=5), nullable=True),
    sa.Column('closes', sa.String(length=5), nullable=True),
    sa.Column('venue', sa.Text(), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('organiser', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.Float(), nullable=False),
    sa.Column('cancelled_at', sa.Float(), nullable=True),
    sa.Column('cancelled_why', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_fairs'))
    )
    op.create_index(op.f('ix_fairs_starts'), 'fairs', ['starts'])
    op.create_table('booths',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('token', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['fair'], ['fairs.key'], name=op.f('fk_booths_fair_fairs')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_booths')),
    sa.UniqueConstraint('fair', 'code', name=op.f('uq_booths_fair')),
    sa.UniqueConstraint('token', name=op.f('uq_booths_token')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_booths_producer_id'), 'booths', ['producer_id'])
    op.create_table('fair_reminders',
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('fair', 'channel', 'address', name=op.f('pk_fair_reminders'))
    )
    op.create_index('ix_fair_reminders_person', 'fair_reminders', ['channel', 'address'])


def downgrade() -> None:
    """Undo; what officers entered, and who wanted to be told, is gone."""
    op.drop_table('fair_reminders')
    op.drop_table('booths')
    op.drop_table('fairs')
