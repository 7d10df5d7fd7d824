"""What was looked for in vain under its trade name: wishes and wishers become unmet_queries and unmet_askers."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('unmet_queries',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'fingerprint', name=op.f('pk_unmet_queries'))
    )
    op.execute(sa.text('INSERT INTO unmet_queries (kind, fingerprint, shown) SELECT kind, mark, shown FROM wishes'))
    op.drop_table('wishes')
    op.create_table('unmet_askers',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'fingerprint', 'person', name=op.f('pk_unmet_askers'))
    )
    op.execute(sa.text(
        'INSERT INTO unmet_askers (kind, fingerprint, person, at) SELECT kind, mark, person, at FROM wishers'
    ))
    op.drop_table('wishers')
    op.create_index(op.f('ix_unmet_askers_person'), 'unmet_askers', ['person'])
    op.create_index(op.f('ix_unmet_askers_at'), 'unmet_askers', ['at'])


def downgrade() -> None:
    """Undo."""
    op.create_table('wishes',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'mark', name=op.f('pk_wishes'))
    )
    op.execute(sa.text('INSERT INTO wishes (kind, mark, shown) SELECT kind, fingerprint, shown FROM unmet_queries'))
    op.drop_table('unmet_queries')
    op.create_table('wishers',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('at', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'mark', 'person', name=op.f('pk_wishers'))
    )
    op.execute(sa.text(
        'INSERT INTO wishers (kind, mark, person, at) SELECT kind, fingerprint, person, at FROM unmet_askers'
    ))
    op.drop_table('unmet_askers')
    op.create_index(op.f('ix_wishers_person'), 'wishers', ['person'])
    op.create_index(op.f('ix_wishers_at'), 'wishers', ['at'])
