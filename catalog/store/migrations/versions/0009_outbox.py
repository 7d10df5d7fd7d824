"""one outbox: answers leave the inbox, and stand with the notices.

Whoever fetches answers goes on from the number of the last one: an answer keeps the seq of its message as its number, and
everything else gets a number above all of them.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    base = _last_number('inbox', 'seq')
    op.create_table('outbox',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=True),
    sa.Column('message', _NUMBER, nullable=False),
    sa.Column('seq', _NUMBER, nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('policy', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('due_at', sa.Float(), nullable=False),
    sa.Column('owner', sa.String(length=32), nullable=False),
    sa.Column('leased_until', sa.Float(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.Float(), nullable=False),
    sa.Column('sent_at', sa.Float(), nullable=True),
    sa.Column('sent_id', sa.Text(), nullable=False),
    sa.Column('trouble', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_outbox')),
    sqlite_autoincrement=True
    )
    op.execute(sa.text(
        "INSERT INTO outbox (number, channel, address, kind, message, seq, body, policy, state, due_at, owner,"
        " leased_until, attempts, created_at, sent_at, sent_id, trouble)"
        " SELECT seq, channel, address, 'reply', 0, seq, answer, 'at_most_once',"
        " CASE state WHEN 'ready' THEN 'waiting' WHEN 'shelved' THEN 'aside' WHEN 'asked' THEN 'aside' ELSE state END,"
        " due_at, owner, leased_until, attempts, received_at, CASE state WHEN 'sent' THEN answered_at END,"
        " COALESCE(sent_id, ''), trouble FROM inbox WHERE answer IS NOT NULL ORDER BY seq"
    ))
    op.execute(sa.text(
        "INSERT INTO outbox (number, key, channel, address, kind, subject, message, policy, state, due_at, owner,"
        " leased_until, attempts, created_at, sent_at, sent_id, trouble)"
        " SELECT number + :base, key, channel, address, kind, NULLIF(subject, ''), message, policy, state, due_at, owner,"
        " leased_until, attempts, COALESCE(sent_at, due_at), sent_at, sent_id, trouble FROM notices ORDER BY number"
    ).bindparams(base=base))
    _count_on('outbox', 'number', base + _last_number('notices', 'number'))
    given = sa.text('key IS NOT NULL')
    op.create_index('uq_outbox_key', 'outbox', ['key'], unique=True, sqlite_where=given, postgresql_where=given)
    op.create_index('ix_outbox_due', 'outbox', ['state', 'due_at'])
    op.create_index('ix_outbox_person', 'outbox', ['channel', 'address', 'number'])
    about = sa.text('subject IS NOT NULL')
    op.create_index('ix_outbox_subject', 'outbox', ['subject'], sqlite_where=about, postgresql_where=about)
    op.drop_table('notices')
    op.execute(sa.text("UPDATE inbox SET state = 'failed' WHERE answer IS NULL AND state <> 'waiting'"))
    op.execute(sa.text("UPDATE inbox SET state = 'answered', trouble = '' WHERE answer IS NOT NULL"))
    op.drop_index('ix_inbox_open', 'inbox')
    op.drop_index('ix_inbox_person', 'inbox')
    for name in ('answer', 'due_at', 'attempts', 'sent_id'):
        op.drop_column('inbox', name)
    op.create_index('ix_inbox_state', 'inbox', ['state'])


def _last_number(table: str, column: str) -> int:
    """The highest number that *table* has ever given."""
    connection = op.get_bind()
    found = connection.scalar(sa.text(f'SELECT MAX({column}) FROM {table}')) or 0
    if table == 'notices' and connection.dialect.name == 'sqlite':
        return found
    if connection.dialect.name == 'sqlite':
        counted = connection.scalar(sa.text('SELECT seq FROM sqlite_sequence WHERE name = :name'), {'name': table})
    else:
        counted = connection.scalar(sa.text(f'SELECT last_value FROM {table}_{column}_seq'))
    return max(found, counted or 0)


def _count_on(table: str, column: str, last: int) -> None:
    """Let the next number of *table* be above *last*."""
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        connection.execute(sa.text('DELETE FROM sqlite_sequence WHERE name = :name'), {'name': table})
        connection.execute(sa.text('INSERT INTO sqlite_sequence VALUES (:name, :last)'), {'name': table, 'last': last})
    elif last:
        connection.execute(sa.text(f"SELECT setval('{table}_{column}_seq', :last)"), {'last': last})


def downgrade() -> None:
    """Undo; a notice keeps its number in the outbox."""
    for column in (
        sa.Column('answer', sa.Text(), nullable=True),
        sa.Column('due_at', sa.Float(), nullable=False, server_default=sa.text('0')),
        sa.Column('attempts', sa.Integer(), nullable=False, server_default=sa.text('0')),
        sa.Column('sent_id', sa.Text(), nullable=True),
    ):
        op.add_column('inbox', column)
    op.drop_index('ix_inbox_state', 'inbox')
    for name in ('answer', 'due_at', 'attempts', 'sent_id', 'trouble'):
        source = 'body' if name == 'answer' else name
        op.execute(sa.text(
            f"UPDATE inbox SET {name} = (SELECT {source} FROM outbox WHERE outbox.seq = inbox.seq)"
            " WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.seq = inbox.seq)"
        ))
    op.execute(sa.text(
        "UPDATE inbox SET state = (SELECT CASE state WHEN 'waiting' THEN 'ready' WHEN 'aside' THEN 'shelved'"
        " WHEN 'requested' THEN 'shelved' ELSE state END FROM outbox WHERE outbox.seq = inbox.seq)"
        " WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.seq = inbox.seq)"
    ))
    op.create_index('ix_inbox_person', 'inbox', ['channel', 'address', 'seq'])
    op.create_index('ix_inbox_open', 'inbox', ['state', 'due_at'])
    op.create_table('notices',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('message', _NUMBER, nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('due_at', sa.Float(), nullable=False),
    sa.Column('leased_until', sa.Float(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.Float(), nullable=True),
    sa.Column('sent_id', sa.Text(), nullable=False),
    sa.Column('trouble', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=32), nullable=False, server_default=sa.text("''")),
    sa.Column('policy', sa.String(length=16), nullable=False, server_default=sa.text("'at_least_once'")),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_notices')),
    sa.UniqueConstraint('key', name=op.f('uq_notices_key'))
    )
    op.execute(sa.text(
        "INSERT INTO notices (number, key, channel, address, kind, subject, message, state, due_at, leased_until,"
        " attempts, sent_at, sent_id, trouble, owner, policy)"
        " SELECT number, key, channel, address, kind, COALESCE(subject, ''), message, state, due_at, leased_until,"
        " attempts, sent_at, sent_id, trouble, owner, policy FROM outbox WHERE kind <> 'reply'"
    ))
    if op.get_bind().dialect.name != 'sqlite':
        _count_on('notices', 'number', _last_number('outbox', 'number'))
    op.create_index('ix_notices_due', 'notices', ['state', 'due_at'])
    op.create_index('ix_notices_person', 'notices', ['channel', 'address'])
    op.create_index('ix_notices_subject', 'notices', ['subject'])
    op.drop_table('outbox')
