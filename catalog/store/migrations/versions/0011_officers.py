"""the officers' board: who may what, their sessions, an audit that only grows, and what needs four eyes."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_TABLES = ('proposals', 'audit', 'passkeys', 'board_sessions', 'sign_in_links', 'grants', 'officers')
_INDEXED = {
    'grants': ('officer',), 'sign_in_links': ('officer',), 'board_sessions': ('officer',), 'passkeys': ('officer',),
    'audit': ('officer', 'deed', 'subject'), 'proposals': ('subject', 'proposed_by', 'state', 'decided_by'),
}  # fmt: skip
_GUARD_SQLITE = (
    "CREATE TRIGGER audit_keeps_{0} BEFORE {0} ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END"
)
_GUARD_POSTGRESQL = (
    "CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'audit rows are never changed'; END $$",
    "CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit()",
    "CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION keep_audit()",
)


def upgrade() -> None:
    """Apply."""
    op.create_table('officers',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('added_at', sa.Float(), nullable=False),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_officers')),
    sqlite_autoincrement=True
    )
    op.create_table('grants',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('officer', _NUMBER, nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('starts', sa.String(length=10), nullable=False),
    sa.Column('until', sa.String(length=10), nullable=True),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['officer'], ['officers.number'], name=op.f('fk_grants_officer_officers')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_grants'))
    )
    op.create_table('sign_in_links',
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('officer', _NUMBER, nullable=False),
    sa.Column('expires_at', sa.Float(), nullable=False),
    sa.Column('used_at', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['officer'], ['officers.number'], name=op.f('fk_sign_in_links_officer_officers')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_sign_in_links'))
    )
    op.create_table('board_sessions',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('officer', _NUMBER, nullable=False),
    sa.Column('began_at', sa.Float(), nullable=False),
    sa.Column('seen_at', sa.Float(), nullable=False),
    sa.Column('ends_at', sa.Float(), nullable=False),
    sa.Column('ended_at', sa.Float(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('second_way', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['officer'], ['officers.number'], name=op.f('fk_board_sessions_officer_officers')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_board_sessions')),
    sa.UniqueConstraint('token', name=op.f('uq_board_sessions_token')),
    sqlite_autoincrement=True
    )
    op.create_table('passkeys',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('officer', _NUMBER, nullable=False),
    sa.Column('credential', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', _NUMBER, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('added_at', sa.Float(), nullable=False),
    sa.Column('used_at', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['officer'], ['officers.number'], name=op.f('fk_passkeys_officer_officers')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential', name=op.f('uq_passkeys_credential'))
    )
    op.create_table('audit',
    sa.Column('number', _NUMBER, autoincrement=False, nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('officer', _NUMBER, nullable=False),
    sa.Column('level', sa.String(length=12), nullable=False),
    sa.Column('deed', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=100), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_hash'))
    )
    op.create_table('proposals',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=100), nullable=False),
    sa.Column('commune', sa.String(length=16), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by', _NUMBER, nullable=False),
    sa.Column('proposed_at', sa.Float(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('decided_by', _NUMBER, nullable=True),
    sa.Column('decided_at', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['proposed_by'], ['officers.number'], name=op.f('fk_proposals_proposed_by_officers')),
    sa.ForeignKeyConstraint(['decided_by'], ['officers.number'], name=op.f('fk_proposals_decided_by_officers')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_proposals')),
    sqlite_autoincrement=True
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    in_sqlite = tuple(_GUARD_SQLITE.format(deed) for deed in ('update', 'delete'))
    for guard in _GUARD_POSTGRESQL if op.get_bind().dialect.name == 'postgresql' else in_sqlite:
        op.execute(sa.text(guard))


def downgrade() -> None:
    """Undo; who was an officer, and all that was audited, is gone: export it first."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(sa.text('DROP FUNCTION keep_audit()'))
