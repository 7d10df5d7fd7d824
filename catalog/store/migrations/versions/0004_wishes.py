"""wishes without their people's words.

What was looked for in vain so far stood here unsealed and for good, private words among it; and so did the words of
searches that pages turn in. None of it can be told apart any more: it goes. An old button that turns a page asks for
the name again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(sa.text('DELETE FROM wishes'))
    op.drop_table('wishes')
    op.create_table('wishes',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'mark', name=op.f('pk_wishes'))
    )
    op.create_table('wishers',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'mark', 'person', name=op.f('pk_wishers'))
    )
    op.create_index(op.f('ix_wishers_person'), 'wishers', ['person'])
    op.create_index(op.f('ix_wishers_at'), 'wishers', ['at'])
    op.execute(sa.text('DELETE FROM searches'))
    op.add_column('searches', sa.Column('kept_at', sa.Float(), nullable=False, server_default=sa.text('0')))


def downgrade() -> None:
    """Undo; what was forgotten stays so."""
    op.drop_column('searches', 'kept_at')
    op.drop_table('wishers')
    op.drop_table('wishes')
    op.create_table('wishes',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.Float(), nullable=False),
    sa.Column('last_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'key', name=op.f('pk_wishes'))
    )
