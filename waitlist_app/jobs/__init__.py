"""Does what time demands: sweeps deadlines, delivers messages, checks invariants."""
