"""Holds what one browser tab shows: thin classes which parse, call one use case and show."""
