"""How far a conversation's crisis protocol has come."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("conversations", sa.Column("protocol", sa.LargeBinary))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("conversations") as table:
        table.drop_column("protocol")
