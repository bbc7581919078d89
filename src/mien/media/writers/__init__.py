"""Encoders, one call a format: a canvas with its mark in, a file out."""
