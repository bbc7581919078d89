"""Log lines."""

import logging

from mien.logs import FORMAT, FactsFormatter


def test_facts_follow_the_sentence():
    """
    What came with ``extra=`` stands behind the message, and nothing else does.
    """
    record = logging.makeLogRecord(
        {"name": "mien.x", "levelname": "INFO", "msg": "job %s", "args": ("ended",), "job": "12"}
    )
    line = FactsFormatter(FORMAT).format(record)

    assert line.endswith(" INFO mien.x: job ended job=12")


def test_a_line_without_facts_is_plain():
    """
    Other libraries' lines stay as they are.
    """
    record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "hello"})

    assert FactsFormatter(FORMAT).format(record).endswith(" INFO x: hello")
