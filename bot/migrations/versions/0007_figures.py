"""Counts for the figures: no text, no person. When a question nobody could answer was dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "figures",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_feedback_created_at", "feedback", ["created_at"])
    op.add_column("unanswered_questions", sa.Column("handled_at", sa.DateTime(timezone=True)))
    op.create_index("ix_unanswered_questions_handled_at", "unanswered_questions", ["handled_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_unanswered_questions_handled_at", "unanswered_questions")
    op.drop_column("unanswered_questions", "handled_at")
    op.drop_index("ix_feedback_created_at", "feedback")
    op.drop_table("figures")
