"""what sold best at a fair, as its seller says."""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('fair_sales') as table:
        table.add_column(sa.Column('best', sa.String(length=120), nullable=False, server_default=''))


def downgrade() -> None:
    """Undo; what sold best is gone."""
    with op.batch_alter_table('fair_sales') as table:
        table.drop_column('best')
