"""an index from which a fair's visits are counted."""

from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index('ix_booth_visits_counted', 'booth_visits', ['fair', 'booth', 'day', 'kind', 'crowd'])


def downgrade() -> None:
    """Undo."""
    op.drop_index('ix_booth_visits_counted', table_name='booth_visits')
