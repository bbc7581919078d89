"""The tables. Snowflakes are text, as everywhere; times are UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

from mien.jobs.model import MAX_STAGE

#: Digits of the largest 64-bit number.
SNOWFLAKE = String(20)
NAME = String(100)
#: A status word of the contract.
WORD = String(16)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps no zone, so it is taken off on the way in and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"times need a zone, got {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _owner(*, primary_key: bool = False) -> Column[Any]:
    owner = ForeignKey("users.id", ondelete="CASCADE")
    return Column("user_id", SNOWFLAKE, owner, nullable=False, primary_key=primary_key)


def _created() -> Column[Any]:
    return Column("created", UtcDateTime, nullable=False)


users = Table(
    "users",
    metadata,
    Column("id", SNOWFLAKE, primary_key=True),
    Column("name", NAME, nullable=False, unique=True),
    Column("reply_url", String(1024)),
    Column("subscription_end", UtcDateTime),  # null: never ends
    Column("suspended", Boolean, nullable=False),
    Column("webhook_secret", String(100)),  # null until the first callback
    Column("display_name", NAME),  # null: as the operator calls it
    _created(),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", SNOWFLAKE, primary_key=True),
    _owner(),
    Column("name", NAME, nullable=False),
    # SHA-256 in hexadecimal; fast is right for 256 random bits (see `mien.jobs.access`).
    Column("digest", String(64), nullable=False, unique=True),
    Column("last4", String(4), nullable=False),
    _created(),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

channels = Table(
    "channels",
    metadata,
    _owner(primary_key=True),
    Column("id", SNOWFLAKE, primary_key=True),
    Column("server", SNOWFLAKE, nullable=False),
    Column("discord", Text, nullable=False),  # masked, as it may be shown
    Column("sealed", Text),  # encrypted; null where nothing was configured
    # Its user does not have it any more; jobs that are in it need its width and credits.
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("provider", NAME, nullable=False),
    Column("width", Integer),  # jobs at a time; null: as many as its provider takes
    Column("credits_total", Integer),  # null: nothing is charged
    Column("credits_used", Integer, nullable=False, server_default="0"),
    Column("credits_renewal", WORD),  # null: the budget never starts anew
    Column("credits_since", UtcDateTime),
    Column("credits_changed", UtcDateTime),
    _created(),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    _owner(),
    Column("verb", NAME, nullable=False),
    Column("status", WORD, nullable=False),
    Column("params", JSON, nullable=False),  # {field: text}
    Column("uploads", JSON, nullable=False),  # {field: {key, media_type, size, start}}
    # No foreign key: a job outlives its channel.
    Column("channel", SNOWFLAKE, nullable=False),
    Column("server", SNOWFLAKE, nullable=False),
    Column("discord", Text, nullable=False),
    Column("provider", NAME, nullable=False, server_default="engine"),
    Column("reply_url", String(1024)),
    Column("reply_ref", String(1024)),
    _created(),
    Column("updated", UtcDateTime, nullable=False),
    Column("timestamp", UtcDateTime),
    Column("message_id", SNOWFLAKE),
    Column("content", Text),
    Column("error", Text),
    Column("error_details", Text),
    Column("price", Integer, nullable=False, server_default="0"),
    Column("charged", Integer, nullable=False, server_default="0"),
    Column("code", Integer, nullable=False),
    Column("report", JSON(none_as_null=True)),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("slot", Integer),  # the place in its lane that the lease takes
    Column("stage", String(MAX_STAGE)),  # what its worker is doing
    Column("fraction", Float),  # how much of that is done
    Column("cancel_at", UtcDateTime),  # null: never, or it has ended
    Index(None, "user_id", "created"),  # a user's jobs
    Index(None, "created"),  # the oldest
    Index(None, "user_id", "message_id"),  # the job that a message tells of
    # How full a lane is, and what waits in it, oldest first.
    Index("ix_jobs_lane", "user_id", "channel", "status", "created", "id"),
)
#: No lane runs more than it has slots.
Index(
    "uq_jobs_slot",
    jobs.c.user_id,
    jobs.c.channel,
    jobs.c.slot,
    unique=True,
    sqlite_where=jobs.c.slot.is_not(None),
    postgresql_where=jobs.c.slot.is_not(None),
)

#: Few jobs have such a time.
Index(
    "ix_jobs_cancel_at",
    jobs.c.cancel_at,
    sqlite_where=jobs.c.cancel_at.is_not(None),
    postgresql_where=jobs.c.cancel_at.is_not(None),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("token_id", SNOWFLAKE, ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    # No foreign key: a key is forgotten by its age.
    Column("job_id", String(32), nullable=False),
    _created(),
    Index(None, "created"),
)

identities = Table(
    "identities",
    metadata,
    Column("id", SNOWFLAKE, primary_key=True),
    _owner(),
    Column("name", NAME, nullable=False),
    Column("photos", Integer, nullable=False),  # how many it was made of
    Column("key", Text, nullable=False),  # of the person in the blob store
    Column("photo_keys", JSON, nullable=False),  # [key]
    _created(),
    UniqueConstraint("user_id", "name"),
)

# Whom a user means without naming anybody.
choices = Table(
    "choices",
    metadata,
    Column("user_id", SNOWFLAKE, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("people", Text, nullable=False),
    Column("options", Text, nullable=False),
)

# Blobs of identities that were deleted; nothing else is left of those.
doomed = Table("doomed", metadata, Column("key", Text, primary_key=True))

pictures = Table(
    "pictures",
    metadata,
    Column("id", SNOWFLAKE, primary_key=True),
    _owner(),
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE")),
    Column("kind", WORD, nullable=False),  # "result" of the job
    Column("key", Text, nullable=False),  # in the blob store
    Column("media_type", NAME, nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("duration_s", Float),
    Column("filename", Text, nullable=False),
    _created(),
    Index(None, "job_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    # A job has one callback at most.
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    _owner(),
    Column("url", String(1024), nullable=False),
    Column("state", WORD, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False),
    Column("last_status", Integer),  # of HTTP
    Column("last_error", Text),
    _created(),
    Column("updated", UtcDateTime, nullable=False),
    Index(None, "state", "next_at"),  # what is due
    Index(None, "user_id", "created"),  # a user's callbacks
)
