"""Hand-off: tickets, notes, call-backs, alerts, who is at the desk; a conversation's language and what was asked privately."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def upgrade() -> None:
    """Apply."""
    op.add_column("conversations", sa.Column("language", sa.String(8), nullable=False, server_default="en"))
    op.add_column("conversations", sa.Column("asking", sa.String(16)))
    op.add_column("messages", sa.Column("answers", sa.Integer))
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id", ondelete="SET NULL")),
        _text("channel", 16, False),
        _text("language", 8, False),
        _text("reason", 16, False),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        _text("state", 16, False),
        _text("told", 16),
        sa.Column("about", sa.LargeBinary),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("staff_id", sa.Integer),
        _text("staff_name", 120),
        _moment("opened_at", False),
        *(_moment(name) for name in ("urgent_at", "acknowledged_at", "taken_at", "closed_at")),
        _text("outcome", 32),
        sa.Column("rating", sa.Integer),
    )
    is_open = sa.text("state <> 'closed'")
    op.create_index(
        "one_open_ticket_a_conversation",
        "tickets",
        ["conversation_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_tickets_state", "tickets", ["state"])
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
        _text("staff_name", 120, False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        _moment("created_at", False),
    )
    op.create_index("ix_notes_ticket_id", "notes", ["ticket_id"])
    op.create_table(
        "call_backs",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("conversation_id", 40, False),
        _text("state", 16, False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        _moment("created_at", False),
        _moment("requested_at"),
        _moment("done_at"),
        _text("staff_name", 120),
        _text("outcome", 32),
    )
    op.create_index("ix_call_backs_conversation_id", "call_backs", ["conversation_id"])
    op.create_index("ix_call_backs_state", "call_backs", ["state"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("kind", 16, False),
        sa.Column("ticket_id", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE")),
        sa.Column("call_back_id", sa.Integer, sa.ForeignKey("call_backs.id", ondelete="CASCADE")),
        _moment("due_at", False),
        sa.Column("failures", sa.Integer, nullable=False),
        _moment("sent_at"),
    )
    for column in ("ticket_id", "due_at", "sent_at"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column])
    op.create_table(
        "presence",
        sa.Column("staff_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("is_ready", sa.Boolean, nullable=False),
        _moment("seen_at", False),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(80), nullable=False, unique=True),
        sa.Column("text", sa.String(2000), nullable=False),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("canned_replies", "presence", "alerts", "call_backs", "notes", "tickets"):
        op.drop_table(table)
    with op.batch_alter_table("messages") as table:
        table.drop_column("answers")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("asking")
        table.drop_column("language")
