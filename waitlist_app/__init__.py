"""A waitlist and enrolment manager for course sessions."""
