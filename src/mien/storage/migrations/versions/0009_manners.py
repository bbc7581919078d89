"""Keys that make requests idempotent; jobs that are cancelled after a time."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("token_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["tokens.id"], name=op.f("fk_idempotency_token_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_id", "name", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created"), "idempotency", ["created"])
    op.create_index(op.f("ix_jobs_created"), "jobs", ["created"])
    op.add_column("jobs", sa.Column("cancel_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_jobs_cancel_at",
        "jobs",
        ["cancel_at"],
        sqlite_where=sa.text("cancel_at IS NOT NULL"),
        postgresql_where=sa.text("cancel_at IS NOT NULL"),
    )
