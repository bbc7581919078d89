"""Portraits of a person who was cut out of a photo, before a backdrop that is drawn by arithmetic."""
