"""Staff: who made a one-time link."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MADE_BY = "fk_staff_invitations_made_by_id"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("staff_invitations") as table:  # SQLite makes the table anew to give it the key
        table.add_column(sa.Column("made_by_id", sa.Integer))
        table.create_foreign_key(MADE_BY, "staff_accounts", ["made_by_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("staff_invitations") as table:
        table.drop_constraint(MADE_BY, type_="foreignkey")
        table.drop_column("made_by_id")
