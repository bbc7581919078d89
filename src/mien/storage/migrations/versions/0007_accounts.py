"""Accounts: sealed secrets, channels that were deleted, names that users give themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("sealed", sa.Text(), nullable=True))
    op.add_column(
        "channels", sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("users", sa.Column("display_name", sa.String(length=100), nullable=True))
