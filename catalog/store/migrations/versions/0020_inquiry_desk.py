"""what officers do with inquiries: who answered and closed them, whose desk they are on, what became of complaints."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

_MOMENTS = ('given_at', 'answered_at')
_WORDS = ('answered_by', 'closed_by', 'desk', 'outcome')


def upgrade() -> None:
    """Apply; who answered first is read from the messages that are still there."""
    for name in _MOMENTS:
        op.add_column('inquiries', sa.Column(name, sa.Float(), nullable=True))
    for name in _WORDS:
        size = 16 if name == 'desk' else 12
        op.add_column(
            'inquiries', sa.Column(name, sa.String(length=size), nullable=False, server_default=sa.text("''"))
        )
    op.create_index('ix_inquiries_moved', 'inquiries', ['state', 'moved_at'])
    asked = sa.table('inquiries', sa.column('ref'), sa.column('answered_at'), sa.column('answered_by'))
    said = sa.table('messages', sa.column('number'), sa.column('inquiry'), sa.column('at'), sa.column('side'))
    theirs = (said.c.inquiry == asked.c.ref) & (said.c.side != 'consumer')
    for column, value in ((asked.c.answered_at, said.c.at), (asked.c.answered_by, said.c.side)):
        first = sa.select(value).where(theirs).order_by(said.c.number).limit(1).correlate(asked).scalar_subquery()
        there = sa.exists().where(theirs).correlate(asked)
        op.execute(sa.update(asked).where(there).values({column: first}))


def downgrade() -> None:
    """Undo."""
    op.drop_index('ix_inquiries_moved', 'inquiries')
    for name in (*_WORDS, *_MOMENTS):
        op.drop_column('inquiries', name)
