"""The table that says who may do what with which table."""

from waitlist_app.repository.migrations import target
from waitlist_app.repository.table_rules import RULES, VERBS, roles_that_may
from waitlist_app.services.actors import PERMISSIONS, Permission, Role


class TestTheRules:
    def test_name_every_table(self):
        """There is no table of which nobody has said who may do what."""
        assert set(RULES) == set(target().tables)

    def test_let_nobody_change_what_is_on_record(self):
        """No permission and no worker reaches for an entry that is written."""
        rules = RULES["audit_entry"]

        assert (rules.update, rules.delete, rules.worker) == (frozenset(), frozenset(), ("select", "insert"))

    def test_let_an_auditor_change_nothing(self):
        """An auditor reads and verifies everything, and that is all."""
        changes = {name for name in RULES for verb in VERBS[1:] if Role.AUDITOR in roles_that_may(verb, name)}

        assert (changes, Permission.READ in PERMISSIONS[Role.AUDITOR]) == (set(), True)
