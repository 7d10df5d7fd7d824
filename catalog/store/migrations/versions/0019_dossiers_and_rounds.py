"""communes' reports on products, rounds of evaluation, and who takes part in one."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('dossiers',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('round', _NUMBER, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('edited_by', _NUMBER, nullable=False),
    sa.Column('edited_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_dossiers')),
    sqlite_autoincrement=True
    )
    for name in ('state', 'commune', 'round'):
        op.create_index(op.f(f'ix_dossiers_{name}'), 'dossiers', [name])
    op.create_table('rounds',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided', sa.String(length=10), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('result_decision', sa.Text(), nullable=False),
    sa.Column('published', sa.JSON(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('opened_by', _NUMBER, nullable=False),
    sa.Column('opened_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_rounds')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_rounds_year'), 'rounds', ['year'])
    op.create_table('round_entries',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('round', _NUMBER, nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('producer', sa.Text(), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('dossier', _NUMBER, nullable=False),
    sa.Column('result', sa.String(length=12), nullable=False),
    sa.Column('stars', sa.Integer(), nullable=True),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('certificate', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['round'], ['rounds.number'], name=op.f('fk_round_entries_round_rounds')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_round_entries')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_round_entries_round'), 'round_entries', ['round'])


def downgrade() -> None:
    """Undo; reports and rounds are gone, the certificates that rounds gave stay."""
    op.drop_table('round_entries')
    op.drop_table('rounds')
    op.drop_table('dossiers')
