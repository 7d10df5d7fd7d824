"""producers' invitations to fairs, and what they answer."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('fair_invitations',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('answered_at', sa.Float(), nullable=True),
    sa.Column('by_officer', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['fair'], ['fairs.key'], name=op.f('fk_fair_invitations_fair_fairs')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_fair_invitations')),
    sa.UniqueConstraint('fair', 'producer_id', name=op.f('uq_fair_invitations_fair')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_fair_invitations_producer_id'), 'fair_invitations', ['producer_id'])


def downgrade() -> None:
    """Undo; what producers answered is gone."""
    op.drop_table('fair_invitations')
