"""inquiries."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('blocks',
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('producer_id', 'channel', 'address', name=op.f('pk_blocks'))
    )
    op.create_table('corrections',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=32), nullable=False),
    sa.Column('old', sa.Text(), nullable=False),
    sa.Column('new', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('decided_at', sa.Float(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_corrections'))
    )
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_corrections_producer_id'), ['producer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_corrections_state'), ['state'], unique=False)

    op.create_table('history',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_history'))
    )
    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.create_index('ix_history_person', ['channel', 'address', 'number'], unique=False)

    op.create_table('inquiries',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('opened_at', sa.Float(), nullable=False),
    sa.Column('moved_at', sa.Float(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('link', sa.String(length=64), nullable=False),
    sa.Column('text_mark', sa.String(length=64), nullable=False),
    sa.Column('photo', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_inquiries')),
    sa.UniqueConstraint('link', name=op.f('uq_inquiries_link')),
    sa.UniqueConstraint('ref', name=op.f('uq_inquiries_ref'))
    )
    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.create_index('ix_inquiries_consumer', ['channel', 'address', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_inquiries_producer_id'), ['producer_id'], unique=False)

    op.create_table('invitations',
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.Float(), nullable=False),
    sa.Column('used_at', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_invitations'))
    )
    op.create_table('members',
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('producer_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=False),
    sa.Column('quiet_to', sa.Integer(), nullable=False),
    sa.Column('paused_until', sa.Float(), nullable=False),
    sa.Column('canned', sa.JSON(), nullable=False),
    sa.Column('joined_at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('channel', 'address', 'role', 'producer_id', name=op.f('pk_members'))
    )
    op.create_table('notices',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('message', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('due_at', sa.Float(), nullable=False),
    sa.Column('leased_until', sa.Float(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.Float(), nullable=True),
    sa.Column('sent_id', sa.Text(), nullable=False),
    sa.Column('trouble', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_notices')),
    sa.UniqueConstraint('key', name=op.f('uq_notices_key'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index('ix_notices_due', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_notices_person', ['channel', 'address'], unique=False)
        batch_op.create_index(batch_op.f('ix_notices_subject'), ['subject'], unique=False)

    op.create_table('messages',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('inquiry', sa.String(length=16), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.Column('side', sa.String(length=12), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['inquiry'], ['inquiries.ref'], name=op.f('fk_messages_inquiry_inquiries')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_messages')),
    sa.UniqueConstraint('origin', name=op.f('uq_messages_origin'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_messages_inquiry'), ['inquiry'], unique=False)



def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_messages_inquiry'))

    op.drop_table('messages')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notices_subject'))
        batch_op.drop_index('ix_notices_person')
        batch_op.drop_index('ix_notices_due')

    op.drop_table('notices')
    op.drop_table('members')
    op.drop_table('invitations')
    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inquiries_producer_id'))
        batch_op.drop_index('ix_inquiries_consumer')

    op.drop_table('inquiries')
    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.drop_index('ix_history_person')

    op.drop_table('history')
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_corrections_state'))
        batch_op.drop_index(batch_op.f('ix_corrections_producer_id'))

    op.drop_table('corrections')
    op.drop_table('blocks')
