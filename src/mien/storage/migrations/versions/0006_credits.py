"""Credits of channels, prices of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("credits_total", sa.Integer(), nullable=True))
    op.add_column(
        "channels", sa.Column("credits_used", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("channels", sa.Column("credits_renewal", sa.String(length=16), nullable=True))
    op.add_column("channels", sa.Column("credits_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "channels", sa.Column("credits_changed", sa.DateTime(timezone=True), nullable=True)
    )
    for name in ("price", "charged"):
        op.add_column("jobs", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
