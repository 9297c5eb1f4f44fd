"""The tables of people and companies; only `actions` writes them and only `queries` reads them.

A person has no row of its own: a person is the records with one `person`, and is known by the
record that stands for them. So whatever belongs to a person is reached from that number, and a
cluster that is restored is restored exactly. Companies likewise.

Numbers of records are given by `actions`, one series for contacts and accounts. References between
the large tables are plain numbers: checking each row of a million would cost as much as writing it,
and only `actions` writes.
"""

# ruff: noqa: DJ008 - rows are read and written by statements, and never shown as text

from __future__ import annotations

from django.db import models


def _withdrawn(name: str) -> models.Index:
    """Finds what a decision withdrew, and nothing else.

    An index of all rows would be taken for "is not withdrawn", which is true of nearly every row.
    """
    withdrawn = models.Q(withdrawn_by__isnull=False)
    return models.Index(fields=["withdrawn_by"], condition=withdrawn, name=name)


class ContactFields(models.Model):
    """A person as one source knows them: all that the lake must not hold."""

    id = models.BigIntegerField(primary_key=True)
    reference = models.TextField(unique=True)
    """`hubspot:123`."""
    person = models.BigIntegerField(db_index=True)
    """The record that stands for the person."""
    first_name = models.TextField()
    last_name = models.TextField()
    name = models.TextField()
    email = models.TextField()
    other_emails = models.TextField()
    phone = models.TextField()
    mobile = models.TextField()
    title = models.TextField()
    company_name = models.TextField()
    website = models.TextField()
    country = models.TextField()
    account = models.TextField()
    """Reference of the company, as the source says."""
    became = models.TextField()
    """Reference of the record that it was merged into."""
    consent_email = models.TextField()
    consent_phone = models.TextField()
    consent_ads = models.TextField()
    name_key = models.TextField(db_index=True)
    hosts = models.TextField()
    """Domains that may be those of their company, separated by blanks."""
    company_key = models.TextField()
    family_key = models.TextField(db_index=True, default="")
    """The name once more, family name first: people look for either."""
    digest = models.BigIntegerField()
    updated_at = models.DateTimeField(null=True)
    """When the source last changed it."""
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class ContactRow(ContactFields):
    """As it is now."""

    class Meta:
        db_table = "people_contact"
        indexes = (
            models.Index(
                fields=["person"], condition=~models.Q(person=models.F("id")), name="people_merged"
            ),
        )


class ContactBefore(ContactFields):
    """As it was before the last import changed it."""

    class Meta:
        db_table = "people_contact_before"


class AccountFields(models.Model):
    """A company as one source knows it."""

    id = models.BigIntegerField(primary_key=True)
    reference = models.TextField(unique=True)
    company = models.BigIntegerField(db_index=True)
    """The record that stands for the company."""
    name = models.TextField()
    domain = models.TextField()
    website = models.TextField()
    phone = models.TextField()
    country = models.TextField()
    parent = models.TextField()
    """Reference of the company that owns it."""
    name_key = models.TextField(db_index=True)
    host = models.TextField(db_index=True)
    """Its domain, "" where that is nobody's own."""
    beginning = models.TextField(db_index=True)
    """First letters of the name, under which similar names are looked for."""
    ending = models.TextField(db_index=True)
    digest = models.BigIntegerField()
    updated_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class AccountRow(AccountFields):
    """As it is now."""

    class Meta:
        db_table = "people_account"


class AccountBefore(AccountFields):
    """As it was before the last import changed it."""

    class Meta:
        db_table = "people_account_before"


class UserFields(models.Model):
    """The name of somebody who works for us."""

    reference = models.TextField(primary_key=True)
    name = models.TextField()
    first_name = models.TextField()
    last_name = models.TextField()
    email = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class UserRow(UserFields):
    """As it is now."""

    class Meta:
        db_table = "people_user"


class UserBefore(UserFields):
    """As it was before the last import changed it."""

    class Meta:
        db_table = "people_user_before"


class NoteFields(models.Model):
    """A private text of any other fact: what a lead needs, what a seller wrote."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    """Kind of the fact."""
    reference = models.TextField()
    """Of the fact."""
    field = models.TextField()
    text = models.TextField()
    contact = models.TextField(db_index=True)
    """Reference of the person whom it is about, "" where that is nobody or not known."""
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class NoteRow(NoteFields):
    """As it is now."""

    class Meta:
        db_table = "people_note"
        constraints = (
            models.UniqueConstraint(fields=["reference", "kind", "field"], name="people_note_once"),
        )


class NoteBefore(NoteFields):
    """As it was before the last import changed it."""

    class Meta:
        db_table = "people_note_before"


class IdentifierRow(models.Model):
    """A key by which a record may be known, now or formerly.

    A key that a record no longer shows stays: it was theirs, and may come with an older export.
    """

    id = models.BigAutoField(primary_key=True)
    record = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=16)
    value = models.TextField()
    weakness = models.CharField(max_length=16)
    """Why it never joins records, "" where it may; see also `SharedKeyRow`."""
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "people_identifier"
        constraints = (
            models.UniqueConstraint(
                fields=["value", "kind", "record"], name="people_identifier_once"
            ),
        )


class SharedKeyRow(models.Model):
    """A key that more than three differing names have shared; it stays weak from then on."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    value = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "people_shared_key"
        constraints = (
            models.UniqueConstraint(fields=["value", "kind"], name="people_shared_key_once"),
        )


class DecisionRow(models.Model):
    """Records were joined, or told apart, or such a decision was taken back."""

    id = models.BigIntegerField(primary_key=True)
    entity = models.CharField(max_length=8)
    """contact or account."""
    what = models.CharField(max_length=8)
    """merge, split or undo."""
    rule = models.CharField(max_length=16)
    value = models.TextField()
    """The shared key; what spoke for it, if the linkage decided; a person's reason."""
    pieces = models.TextField()
    """JSON: the numbers of the records on each side."""
    actor = models.TextField()
    at = models.DateTimeField()
    batch = models.TextField()
    """The import that brought it; "" if a person decided."""
    undone_by = models.BigIntegerField(null=True)
    undoes = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_decision"


class DecisionPieceRow(models.Model):
    """The first record of each side of a decision, to find the decisions on a record's cluster."""

    id = models.BigAutoField(primary_key=True)
    decision = models.BigIntegerField()
    record = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "people_decision_piece"


class BondRow(models.Model):
    """Two records are one because a person or the linkage said so."""

    id = models.BigAutoField(primary_key=True)
    one = models.BigIntegerField(db_index=True)
    other = models.BigIntegerField(db_index=True)
    rule = models.CharField(max_length=16)
    value = models.TextField()
    """The person's reason, or what spoke for it."""
    decision = models.BigIntegerField(null=True, db_index=True)
    """Of a person."""
    withdrawn_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_bond"
        indexes = (_withdrawn("people_bond_withdrawn"),)


class ApartRow(models.Model):
    """On which side a record stood when records were told apart; no cluster has two sides of one."""

    id = models.BigAutoField(primary_key=True)
    parting = models.BigIntegerField()
    """The decision whose sides these are."""
    record = models.BigIntegerField(db_index=True)
    side = models.IntegerField()
    decision = models.BigIntegerField(db_index=True)
    """By which the row was written: the same, or a merge that changed the side."""
    withdrawn_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_apart"
        indexes = (_withdrawn("people_apart_withdrawn"),)


class ProposalRow(models.Model):
    """Two records that may be one: for a person to decide."""

    id = models.BigAutoField(primary_key=True)
    one = models.BigIntegerField()
    other = models.BigIntegerField(db_index=True)
    probability = models.FloatField()
    explanation = models.TextField()
    """What speaks for it and against it, in words."""
    at = models.DateTimeField()
    decision = models.BigIntegerField(null=True)
    """What was decided; null while it is open, 0 if the two had become one by then."""

    class Meta:
        db_table = "people_proposal"
        constraints = (
            models.UniqueConstraint(fields=["one", "other"], name="people_proposal_once"),
        )


class IdentityRow(models.Model):
    """A record changed the one that stands for it; published to the lake in this order."""

    sequence = models.BigIntegerField(primary_key=True)
    entity = models.CharField(max_length=8)
    record = models.TextField()
    same_as = models.TextField()
    rule = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "people_identity"


class EmployerFields(models.Model):
    """The company that a person was matched to, or why there is none."""

    person = models.BigIntegerField(primary_key=True)
    reference = models.TextField()
    """Of the record that stands for the person."""
    account = models.TextField(db_index=True)
    """Reference of the record that stands for the company, "" where none was found."""
    rule = models.CharField(max_length=16)
    score = models.FloatField(null=True)
    reason = models.TextField()
    candidates = models.TextField()
    """JSON: references of the companies that came near."""
    at = models.DateTimeField()

    class Meta:
        abstract = True


class EmployerRow(EmployerFields):
    """As it is now."""

    class Meta:
        db_table = "people_employer"


class EmployerBefore(EmployerFields):
    """As it was before the last import changed it; with the rule `absent`, there was none."""

    class Meta:
        db_table = "people_employer_before"


class EmployerChangeRow(models.Model):
    """A match that was made or withdrawn; published to the lake in this order."""

    sequence = models.BigIntegerField(primary_key=True)
    contact = models.TextField()
    account = models.TextField()
    """"" when the match was withdrawn."""
    rule = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        db_table = "people_employer_change"


class ParentDomainRow(models.Model):
    """A domain that belongs to the company of another one: youtube.com to google.com."""

    domain = models.TextField(primary_key=True)
    parent = models.TextField()

    class Meta:
        db_table = "people_parent_domain"


class ImportRow(models.Model):
    """The last import: what was there before it, so that it can be taken back. There is one row.

    What it added has greater numbers than these; what it changed lies in the tables of what was
    before.
    """

    id = models.IntegerField(primary_key=True)
    batch = models.TextField()
    at = models.DateTimeField()
    """The moment that all it recorded bears."""
    record = models.BigIntegerField()
    """The greatest number of a contact or an account."""
    note = models.BigIntegerField()
    identifier = models.BigIntegerField()
    shared_key = models.BigIntegerField()
    decision = models.BigIntegerField()
    piece = models.BigIntegerField()
    bond = models.BigIntegerField()
    apart = models.BigIntegerField()
    proposal = models.BigIntegerField()
    identity = models.BigIntegerField()
    employer_change = models.BigIntegerField()
    record_given = models.BigIntegerField(default=0)
    """A number once given names nobody else, also after those who had it were taken back."""
    decision_given = models.BigIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_import"
