"""Our own operations, below /v1/mien/: what the original API does not have."""
