"""jobs by lock: procrastinate's index begins with the number, so that each look for a lock went through all of it."""

from alembic import op

from catalog.store.jobs import carries_jobs

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

_NAME = 'ix_procrastinate_jobs_lock'


def upgrade() -> None:
    """Apply."""
    if carries_jobs(op.get_bind().dialect.name):
        op.execute(f"CREATE INDEX {_NAME} ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing')")


def downgrade() -> None:
    """Undo."""
    if carries_jobs(op.get_bind().dialect.name):
        op.execute(f'DROP INDEX {_NAME}')
