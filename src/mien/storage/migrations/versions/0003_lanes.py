"""Lanes: a channel is its user's own, and its running jobs hold slots."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channels") as channels:
        channels.drop_index(op.f("ix_channels_user_id"))
        channels.drop_constraint(op.f("pk_channels"), type_="primary")
        channels.create_primary_key(op.f("pk_channels"), ["user_id", "id"])
    # Never a copy of this table: dropping the old one would take pictures and callbacks with it.
    op.add_column(
        "jobs",
        sa.Column("provider", sa.String(length=100), server_default="engine", nullable=False),
    )
    op.add_column("jobs", sa.Column("slot", sa.Integer(), nullable=True))
    # What was running holds no slot, and no service can be running it now.
    op.execute(
        "UPDATE jobs SET status = 'created', lease_owner = NULL, lease_until = NULL "
        "WHERE status IN ('started', 'progress')"
    )
    op.drop_index(op.f("ix_jobs_channel_status"), "jobs")
    op.drop_index(op.f("ix_jobs_status_created"), "jobs")
    op.create_index("ix_jobs_lane", "jobs", ["user_id", "channel", "status", "created", "id"])
    op.create_index(
        "uq_jobs_slot",
        "jobs",
        ["user_id", "channel", "slot"],
        unique=True,
        sqlite_where=sa.text("slot IS NOT NULL"),
        postgresql_where=sa.text("slot IS NOT NULL"),
    )
