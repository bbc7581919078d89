"""How far running jobs are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("stage", sa.String(length=100), nullable=True))
    op.add_column("jobs", sa.Column("fraction", sa.Float(), nullable=True))
