"""Make the tables.

Revises: nothing
"""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name="pk_audit_head"),
    )
    op.create_table(
        "audit_text",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "commitment", name="pk_audit_text"),
    )
    op.create_index("ix_audit_text_seq", "audit_text", ["org_id", "seq"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "approval",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_by_name", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_approval_org_id_organisation"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_approval"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_audit_entry_org_id_organisation"),
        sa.PrimaryKeyConstraint("org_id", "seq", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_session", "audit_entry", ["org_id", "session_id", "seq"], unique=False)
    op.create_table(
        "imported_file",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_imported_file_org_id_organisation"),
        sa.PrimaryKeyConstraint("org_id", "digest", name="pk_imported_file"),
    )
    op.create_table(
        "member",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_member_org_id_organisation"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_member"),
        sa.UniqueConstraint("org_id", "email", name="uq_member_org_id_email"),
    )
    op.create_table(
        "person",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("compliance_deadline", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_person_org_id_organisation"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_person"),
        sa.UniqueConstraint("org_id", "identity", name="uq_person_org_id_identity"),
    )
    op.create_table(
        "session",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("allowance_units", sa.Integer(), nullable=False),
        sa.Column("allowance_percent", sa.Integer(), nullable=False),
        sa.Column("order_policy", sa.String(), nullable=False),
        sa.Column("role_order", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("standing_approval", sa.String(), nullable=False),
        sa.Column("offer_seconds", sa.Integer(), nullable=False),
        sa.Column("follows_start", sa.Boolean(), nullable=False),
        sa.Column("waitlist_is_open", sa.Boolean(), nullable=False),
        sa.Column("waitlist_limit", sa.Integer(), nullable=True),
        sa.Column("conflict_rule", sa.String(), nullable=False),
        sa.Column("lapse_rule", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("ready_units", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("proposals_made", sa.Integer(), nullable=False),
        sa.Column("offers_made", sa.Integer(), nullable=False),
        sa.Column("overrides_made", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity is null or capacity >= 0", name="ck_session_capacity"),
        sa.CheckConstraint("confirmed >= 0 and pending >= 0 and held >= 0 and waiting >= 0", name="ck_session_tally"),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_session_org_id_organisation"),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_session"),
        sa.UniqueConstraint("org_id", "code", name="uq_session_org_id_code"),
    )
    op.create_table(
        "meeting",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_meeting_order"),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"], ["session.org_id", "session.id"], name="fk_meeting_org_id_session_id_session"
        ),
        sa.PrimaryKeyConstraint("org_id", "session_id", "starts_at", name="pk_meeting"),
    )
    op.create_table(
        "message",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("dedupe", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "person_id"], ["person.org_id", "person.id"], name="fk_message_org_id_person_id_person"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_message"),
        sa.UniqueConstraint("org_id", "dedupe", name="uq_message_org_id_dedupe"),
    )
    op.create_index(
        "ix_message_due",
        "message",
        ["org_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "registration",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("seat_units", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("base_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("line_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("conflicts", sa.String(), nullable=False),
        sa.Column("waiver", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("compliance_deadline", sa.Date(), nullable=True),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requeued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("status <> 'offered' or offer_expires_at is not null", name="ck_registration_deadline"),
        sa.CheckConstraint("seat_units >= 1", name="ck_registration_units"),
        sa.ForeignKeyConstraint(
            ["org_id", "person_id"], ["person.org_id", "person.id"], name="fk_registration_org_id_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"], ["session.org_id", "session.id"], name="fk_registration_org_id_session_id_session"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_registration"),
    )
    op.create_index(
        "ix_registration_due",
        "registration",
        ["org_id", "offer_expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'offered'"),
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index(
        "ix_registration_line",
        "registration",
        ["org_id", "session_id", "line_key"],
        unique=False,
        sqlite_where=sa.text("status = 'waitlisted'"),
        postgresql_where=sa.text("status = 'waitlisted'"),
    )
    op.create_index(
        "ix_registration_ready",
        "registration",
        ["org_id", "session_id", "line_key"],
        unique=False,
        sqlite_where=sa.text("status = 'waitlisted' and conflicts = ''"),
        postgresql_where=sa.text("status = 'waitlisted' and conflicts = ''"),
    )
    op.create_index("ix_registration_session", "registration", ["org_id", "session_id", "status"], unique=False)
    op.create_index(
        "uq_registration_active",
        "registration",
        ["org_id", "person_id", "session_id"],
        unique=True,
        sqlite_where=sa.text("status in ('waitlisted', 'offered', 'pending', 'confirmed')"),
        postgresql_where=sa.text("status in ('waitlisted', 'offered', 'pending', 'confirmed')"),
    )
    op.create_table(
        "session_overlap",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"],
            ["session.org_id", "session.id"],
            name="fk_session_overlap_org_id_session_id_session",
        ),
        sa.PrimaryKeyConstraint("org_id", "session_id", "other_id", name="pk_session_overlap"),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["member.org_id", "member.id"], name="fk_sign_in_link_org_id_member_id_member"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_link"),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["member.org_id", "member.id"], name="fk_web_session_org_id_member_id_member"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_session"),
    )
    op.create_table(
        "link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name="fk_link_org_id_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_link"),
    )
    op.create_table(
        "offer",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name="fk_offer_org_id_registration_id_registration",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"], ["session.org_id", "session.id"], name="fk_offer_org_id_session_id_session"
        ),
        sa.PrimaryKeyConstraint("org_id", "session_id", "number", name="pk_offer"),
    )
    op.create_index(
        "uq_offer_live",
        "offer",
        ["org_id", "registration_id"],
        unique=True,
        sqlite_where=sa.text("status = 'live'"),
        postgresql_where=sa.text("status = 'live'"),
    )
    op.create_table(
        "override",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("before_id", sa.String(), nullable=False),
        sa.Column("successor_id", sa.String(), nullable=False),
        sa.Column("before_key", sa.String(), nullable=False),
        sa.Column("from_key", sa.String(), nullable=False),
        sa.Column("to_key", sa.String(), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("from_position", sa.Integer(), nullable=False),
        sa.Column("to_position", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approval_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name="fk_override_org_id_registration_id_registration",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"], ["session.org_id", "session.id"], name="fk_override_org_id_session_id_session"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_override"),
    )
    op.create_index(
        "ix_override_active",
        "override",
        ["org_id", "session_id"],
        unique=False,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "proposal",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seat_from", sa.String(), nullable=False),
        sa.Column("seat_from_registration_id", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name="fk_proposal_org_id_registration_id_registration",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"], ["session.org_id", "session.id"], name="fk_proposal_org_id_session_id_session"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name="pk_proposal"),
    )
    op.create_index(
        "ix_proposal_open",
        "proposal",
        ["org_id", "session_id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["org_id", "registration_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "seat_time",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("is_waived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name="fk_seat_time_org_id_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("org_id", "registration_id", "starts_at", name="pk_seat_time"),
    )
    op.create_index("ix_seat_time_person", "seat_time", ["org_id", "person_id", "starts_at"], unique=False)


def downgrade() -> None:
    op.drop_table("seat_time")
    op.drop_table("proposal")
    op.drop_table("override")
    op.drop_table("offer")
    op.drop_table("link")
    op.drop_table("web_session")
    op.drop_table("sign_in_link")
    op.drop_table("session_overlap")
    op.drop_table("registration")
    op.drop_table("message")
    op.drop_table("meeting")
    op.drop_table("session")
    op.drop_table("person")
    op.drop_table("member")
    op.drop_table("imported_file")
    op.drop_table("audit_entry")
    op.drop_table("approval")
    op.drop_table("organisation")
    op.drop_table("audit_text")
    op.drop_table("audit_head")
