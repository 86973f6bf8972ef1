"""Platform channels: addresses, updates seen, what was delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "addresses",
        sa.Column("sender", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("reply_to", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.String(40), unique=True),
        sa.Column("delivered", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("is_blocked", sa.Boolean, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_addresses_seen_at", "addresses", ["seen_at"])
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("update_id", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(64)),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("event", sa.LargeBinary),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        sa.Column("is_done", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("channel", "update_id"),
    )
    op.create_index("ix_updates_waiting", "updates", ["is_done", "sender", "position"])
    op.create_index("ix_updates_received_at", "updates", ["received_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("updates")
    op.drop_table("addresses")
