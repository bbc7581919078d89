"""Numbered steps; a step that was released is never changed."""
