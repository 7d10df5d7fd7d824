"""what buyers want, which producers were asked, what was kept, and what producers can supply."""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('buyer_requests',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('fair', sa.String(length=40), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_buyer_requests')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_buyer_requests_fair'), 'buyer_requests', ['fair'])
    op.create_index(op.f('ix_buyer_requests_at'), 'buyer_requests', ['at'])
    op.create_index('ix_buyer_requests_person', 'buyer_requests', ['channel', 'address'])
    op.create_table('buyer_deals',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('request', _NUMBER, nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('asked_at', sa.Float(), nullable=False),
    sa.Column('moved_at', sa.Float(), nullable=False),
    sa.Column('signed_at', sa.Float(), nullable=True),
    sa.Column('by_officer', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['request'], ['buyer_requests.number'], name=op.f('fk_buyer_deals_request_buyer_requests')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_buyer_deals')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_buyer_deals_request', 'buyer_deals', ['request', 'product_id'])
    op.create_index(op.f('ix_buyer_deals_producer_id'), 'buyer_deals', ['producer_id'])
    op.create_index(op.f('ix_buyer_deals_product_id'), 'buyer_deals', ['product_id'])
    op.create_index(op.f('ix_buyer_deals_state'), 'buyer_deals', ['state'])
    op.create_table('deal_answers',
    sa.Column('deal', _NUMBER, nullable=False),
    sa.Column('days', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('side', sa.String(length=12), nullable=False),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['deal'], ['buyer_deals.number'], name=op.f('fk_deal_answers_deal_buyer_deals')),
    sa.PrimaryKeyConstraint('deal', 'days', 'side', name=op.f('pk_deal_answers'))
    )
    op.create_table('supplies',
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('as_of', sa.String(length=10), nullable=False),
    sa.Column('by_officer', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_supplies'))
    )
    op.create_index(op.f('ix_supplies_producer_id'), 'supplies', ['producer_id'])


def downgrade() -> None:
    """Undo; requests, deals and what producers can supply are gone."""
    op.drop_table('supplies')
    op.drop_table('deal_answers')
    op.drop_table('buyer_deals')
    op.drop_table('buyer_requests')
