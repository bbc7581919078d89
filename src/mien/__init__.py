"""`mien`: the self-hosted face-swap service."""

__version__ = "0.1.0"
