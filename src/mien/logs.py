"""Log lines: one event each, with its facts as ``name=value`` behind the sentence."""

import logging

#: What every record has; anything else came with ``extra=``.
_COMMON = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class FactsFormatter(logging.Formatter):
    """Appends the facts given with ``extra=`` to the line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        facts = (f"{name}={value}" for name, value in vars(record).items() if name not in _COMMON)
        return " ".join([super().formatMessage(record), *facts])


def set_up_logging(level: str) -> None:
    """Write log lines of ``level`` and above to stderr; for programs, not for libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(FactsFormatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Alembic tells at INFO that it found SQLite, and much more.
    logging.getLogger("alembic").setLevel(logging.WARNING)
