"""what people follow, how it stood last, and the news that came of it; codes to take it along to another chat."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('follows',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('since', sa.Float(), nullable=False),
    sa.Column('seen', _NUMBER, nullable=False),
    sa.Column('told', _NUMBER, nullable=False),
    sa.Column('notice', _NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_follows')),
    sa.UniqueConstraint('channel', 'address', 'kind', 'subject', name=op.f('uq_follows_channel'))
    )
    op.create_index('ix_follows_subject', 'follows', ['kind', 'subject'])
    op.create_table('followed_marks',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_followed_marks'))
    )
    op.create_table('follow_news',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('what', sa.String(length=12), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_follow_news')),
    sqlite_autoincrement=True
    )
    op.create_table('moves',
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('expires_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_moves'))
    )
    op.create_index('ix_moves_person', 'moves', ['channel', 'address'])


def downgrade() -> None:
    """Undo; what people follow is forgotten."""
    op.drop_index('ix_moves_person', 'moves')
    op.drop_table('moves')
    op.drop_table('follow_news')
    op.drop_table('followed_marks')
    op.drop_index('ix_follows_subject', 'follows')
    op.drop_table('follows')
