"""The provider directory."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "providers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("credentials", sa.String(200), nullable=False),
        sa.Column("offers", sa.String(16), nullable=False),
        sa.Column("coordinates_with", sa.String(200), nullable=False),
        sa.Column("specialities", sa.JSON, nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("postcode", sa.String(16), nullable=False),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("telehealth", sa.Boolean),
        sa.Column("insurers", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("ages", sa.JSON, nullable=False),
        sa.Column("evenings", sa.Boolean),
        sa.Column("accepting", sa.Boolean),
        sa.Column("booking", sa.String(300), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    directory = op.create_table(
        "provider_directory",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.String(32), nullable=False),
    )
    op.bulk_insert(directory, [{"id": 1, "version": ""}])


def downgrade() -> None:
    """Take back."""
    op.drop_table("provider_directory")
    op.drop_table("providers")
