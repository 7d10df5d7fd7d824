"""lists that officers uploaded: the files, what they would do, and what importing them did."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('lists',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('size', _NUMBER, nullable=False),
    sa.Column('officer', _NUMBER, nullable=False),
    sa.Column('added_at', sa.Float(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('owner', sa.String(length=32), nullable=False),
    sa.Column('leased_until', sa.Float(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('trouble', sa.Text(), nullable=False),
    sa.Column('mends', sa.JSON(), nullable=False),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('imported_at', sa.Float(), nullable=True),
    sa.Column('undone_at', sa.Float(), nullable=True),
    sa.Column('undone', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_lists')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_lists_officer'), 'lists', ['officer'])
    op.create_table('list_lines',
    sa.Column('list', _NUMBER, nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['list'], ['lists.number'], name=op.f('fk_list_lines_list_lists')),
    sa.PrimaryKeyConstraint('list', 'place', name=op.f('pk_list_lines'))
    )
    op.create_index('ix_list_lines_outcome', 'list_lines', ['list', 'outcome', 'place'])
    op.create_table('list_changes',
    sa.Column('list', _NUMBER, nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('in_table', sa.String(length=32), nullable=False),
    sa.Column('key', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['list'], ['lists.number'], name=op.f('fk_list_changes_list_lists')),
    sa.PrimaryKeyConstraint('list', 'place', name=op.f('pk_list_changes'))
    )


def downgrade() -> None:
    """Undo; uploaded files are gone, and no import can be undone any more."""
    op.drop_table('list_changes')
    op.drop_table('list_lines')
    op.drop_table('lists')
