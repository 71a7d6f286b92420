"""Use cases: one file each, one public function each.

Every one has the same beats: check who asks, begin, decide, record, commit. Reads show what the same rules decide.
"""
