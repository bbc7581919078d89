"""Calls to the outside: the only package that opens connections to addresses that users give."""
