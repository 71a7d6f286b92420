"""Draws one idea per file, as functions returning a Reflex component."""
