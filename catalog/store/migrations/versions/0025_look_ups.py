"""how a product was looked up: by a photo, a typed code, a link or a name, and the lot and days that its code told."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

_COLUMNS = ('way', 'code', 'lot', 'serial', 'made', 'expires')


def upgrade() -> None:
    """Apply; how it was before now is not known."""
    for name in _COLUMNS:
        op.add_column('history', sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index('ix_history_product', 'history', ['product_id', 'lot'])


def downgrade() -> None:
    """Undo; lots and codes of look-ups are gone."""
    op.drop_index('ix_history_product', 'history')
    for name in _COLUMNS:
        op.drop_column('history', name)
