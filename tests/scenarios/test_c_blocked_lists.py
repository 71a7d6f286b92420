"""Scenarios of letter C: a person whose live offer blocks another list is told, on both databases."""

from tests.scenarios.mailroom import DAY, Mailroom

SAME_DAY = ("2026-03-26 13:00", "2026-03-26 15:00")
ANOTHER_DAY = ("2026-04-09 09:00", "2026-04-09 16:00")


def said(desk: Mailroom, kind: str, session_id: str) -> str:
    """Give the words of the one mail of a kind about a session, to Imani."""
    found = [mail for mail in desk.mails(kind) if mail.registration_id == f"imani-{session_id}"]
    [mail] = found
    return " ".join(mail.text.split())


class TestAnOfferThatBlocksOtherLists:
    def test_names_those_at_the_same_time_and_no_others(self, desk: Mailroom):
        """Imani waits for Gas Safety on that day, and for Abrasive Wheels two weeks later."""
        desk.session("GAS", SAME_DAY, title="Gas Safety", capacity=0)
        desk.session("ABW", ANOTHER_DAY, title="Abrasive Wheels", capacity=0)
        for session_id in ("gas", "abw"):
            desk.ask("Imani", session_id)
            desk.ask("Oona", session_id)

        desk.approve_imani()
        desk.deliver()

        mail = said(desk, "offer", "faw")
        assert "you are skipped on the waitlist for Gas Safety on Thu 26 March, with your place kept." in mail
        assert "Abrasive Wheels" not in mail

    def test_names_other_dates_of_its_course(self, desk: Mailroom):
        """Two dates of one course: the offer on the first keeps her from the second meanwhile."""
        desk.session("CPR1", ANOTHER_DAY, title="Resuscitation", course="CPR")
        desk.session("CPR2", ("2026-04-16 09:00", "2026-04-16 16:00"), title="Resuscitation", course="CPR", capacity=0)
        desk.ask("Viktor", "cpr1")
        desk.ask("Imani", "cpr1")
        desk.ask("Imani", "cpr2")
        desk.drop("viktor-cpr1")

        desk.approve("imani-cpr1")
        desk.deliver()

        assert "for Resuscitation on Thu 16 April, with your place kept." in said(desk, "offer", "cpr1")

    def test_names_nothing_for_somebody_who_waits_nowhere_else(self, desk: Mailroom):
        """Others who wait at the same time are no business of hers."""
        desk.session("GAS", SAME_DAY, title="Gas Safety", capacity=0)
        desk.ask("Oona", "gas")

        desk.approve_imani()
        desk.deliver()

        assert "You wait elsewhere too" not in said(desk, "offer", "faw")

    def test_is_told_as_an_offer_to_whoever_joins_a_line_beside_it(self, desk: Mailroom):
        """Imani joins Gas Safety while her offer runs; the next line she joins once it is a seat."""
        desk.session("GAS", SAME_DAY, title="Gas Safety", capacity=0)
        desk.session("CPR", DAY, title="Resuscitation", capacity=0)
        desk.approve_imani()
        desk.deliver()

        desk.ask("Imani", "gas")
        desk.deliver()
        desk.accept("imani-faw")
        desk.ask("Imani", "cpr")
        desk.deliver()

        assert "You have an offer elsewhere at the same time" in said(desk, "joined", "gas")
        assert "You have a seat elsewhere at the same time" in said(desk, "joined", "cpr")
