"""visits to booths, chained; what is left of them; which inquiries began at a booth."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('booth_visits',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('place', _NUMBER, nullable=False),
    sa.Column('booth', _NUMBER, nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('crowd', sa.Boolean(), nullable=False),
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_booth_visits')),
    sa.UniqueConstraint('fair', 'place', name=op.f('uq_booth_visits_fair'))
    )
    op.create_index(op.f('ix_booth_visits_person'), 'booth_visits', ['person'])
    op.create_index('ix_booth_visits_minute', 'booth_visits', ['booth', 'at'])
    known = sa.text("person <> ''")
    op.create_index('uq_booth_visits_person', 'booth_visits', ['booth', 'day', 'kind', 'person'], unique=True,
    sqlite_where=known, postgresql_where=known)  # fmt: skip
    op.create_table('booth_days',
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('booth', _NUMBER, autoincrement=False, nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('crowd', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('fair', 'booth', 'day', 'kind', name=op.f('pk_booth_days'))
    )
    op.create_table('fair_leads',
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('booth', _NUMBER, nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('ref', name=op.f('pk_fair_leads'))
    )
    op.create_index(op.f('ix_fair_leads_fair'), 'fair_leads', ['fair'])
    op.create_index(op.f('ix_fair_leads_producer_id'), 'fair_leads', ['producer_id'])


def downgrade() -> None:
    """Undo; visits and their counts are gone."""
    op.drop_table('fair_leads')
    op.drop_table('booth_days')
    op.drop_table('booth_visits')
