"""The key of an e-mail address: one for every way to write the same mailbox."""

from __future__ import annotations

import re
from functools import lru_cache

from revloop.operations.people.rules.domains import host_name
from revloop.operations.people.rules.text import clean, listed

ROLE_MAILBOXES = listed("""
    abuse accounting accounts accueil admin administration amministrazione anfrage anfragen
    angebot apply auftrag bestellung bewerbung billing booking bookings buchhaltung business
    careers commerciale compliance contact contacto contactus contato contatti customercare
    customerservice datenschutz direction donotreply einkauf empfang enquiries enquiry events
    export facturation feedback finance general geschaeftsleitung hallo hello help helpdesk
    hostmaster hr info information inquiries inquiry invoice invoices it jobs karriere kontakt
    legal mail mailbox mailerdaemon marketing media moin newsletter nobody noreply office ops
    order orders partner partners personal post postmaster presse press privacy procurement
    purchasing rechnung reception recruiting recruitment reply root sales secretary security
    sekretariat service services shop support team tech test training unsubscribe ventas vendite
    verkauf vertrieb verwaltung webmaster welcome zentrale
    """)
"""Mailboxes that several people read, so that no one of them is known by it."""

_WRITTEN = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{3,253}")
_SEPARATORS = re.compile(r"[-_.]")
_DOTS_MEAN_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""One provider delivers `a.nn@` and `ann@` to one mailbox, under either of its names."""


@lru_cache(maxsize=1 << 16)
def email_key(text: str | None) -> str | None:
    """The address in its one form, or None if it is none.

    Case, blanks, a display name and what follows a plus sign are no part of it; the host is in
    ASCII. `"Ann" <Ann+News@ACME.com>` is `ann@acme.com`.
    """
    text = clean(text)
    if "<" in text:
        text = text.rsplit("<", 1)[-1].partition(">")[0]
    text = text.casefold().removeprefix("mailto:").strip(" .,;'\"")
    if not _WRITTEN.fullmatch(text):
        return None
    local, _, domain = text.partition("@")
    local = local.partition("+")[0]
    host = host_name(domain)
    if not local or host is None:
        return None
    if host in _DOTS_MEAN_NOTHING:
        local, host = local.replace(".", ""), _DOTS_MEAN_NOTHING[host]
    return f"{local}@{host}" if local else None


def host_of(key: str) -> str:
    return key.rpartition("@")[2]


def is_role_mailbox(key: str, roles: frozenset[str] = ROLE_MAILBOXES) -> bool:
    """Several people read it: `info@`, `sales@`, `no-reply@`."""
    return _SEPARATORS.sub("", key.partition("@")[0]) in roles
