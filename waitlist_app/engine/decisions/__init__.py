"""The rules, by topic: each gives the events that one command leads to, or raises the refusal."""
