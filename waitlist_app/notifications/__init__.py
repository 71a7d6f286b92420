"""Turns events into messages and delivers them."""
