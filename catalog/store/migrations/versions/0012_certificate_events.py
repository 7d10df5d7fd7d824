"""certificate events: what was decided about a certificate since (annulled, withdrawn, reinstated, renamed)."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('certificate_events',
    sa.Column('number', NUMBER, autoincrement=True, nullable=False),
    sa.Column('certificate', NUMBER, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decision_key', sa.Text(), nullable=False),
    sa.Column('decided', sa.String(length=10), nullable=True),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(length=24), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('scope', sa.JSON(), nullable=False),
    sa.Column('effective', sa.String(length=10), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('as_of', sa.String(length=10), nullable=True),
    sa.ForeignKeyConstraint(['certificate'], ['certificates.number'], name=op.f('fk_certificate_events_certificate_certificates')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_certificate_events')),
    sa.UniqueConstraint('certificate', 'kind', 'decision_key', name=op.f('uq_certificate_events_certificate'))
    )
    op.create_index(op.f('ix_certificate_events_decision_key'), 'certificate_events', ['decision_key'])


def downgrade() -> None:
    """Undo; what was decided about certificates is lost, their recognition is not."""
    op.drop_table('certificate_events')
