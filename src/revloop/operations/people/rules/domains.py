"""Internet domains: whose company a host name stands for, and which stand for nobody's.

A full list of public suffixes has ten thousand rows and ages; for companies the general form is
enough: a two-letter country code with a word such as `co` or `com` before it is one suffix.
"""

from __future__ import annotations

import re
from functools import lru_cache

from revloop.operations.people.rules.text import clean, listed

_SECOND_LEVEL = listed(
    "ac asn co com edu gen go gob gouv gov govt gv id in ind ltd me mil ne net nhs nom "
    "or org plc sch web"
)
_RENTED_OUT = listed("""
    appspot.com azurewebsites.net blogspot.com bigcartel.com carrd.co cloudfront.net fly.dev
    firebaseapp.com github.io gitlab.io godaddysites.com herokuapp.com hubspotpagebuilder.com
    jimdosite.com mystrikingly.com myshopify.com netlify.app notion.site onrender.com pages.dev
    shopify.com squarespace.com tumblr.com vercel.app web.app webflow.io weebly.com wix.com
    wixsite.com wordpress.com zendesk.com
    """)
"""Below these, every name belongs to another customer of the host."""

_EVERYBODYS = listed("""
    about.me angel.co bit.ly crunchbase.com facebook.com fb.com goo.gl instagram.com linkedin.com
    linktr.ee medium.com pinterest.com sites.google.com t.co tiktok.com twitter.com wikipedia.org
    x.com xing.com yelp.com youtu.be youtube.com
    """)
"""Sites on which companies have pages: as a web address they name no company."""

_FREE_MAIL_NAMES = listed("aol gmx hotmail live mail msn outlook rocketmail yahoo ymail")
_FREE_MAIL = listed("""
    126.com 139.com 163.com 1and1.com alice.it arcor.de att.net bellsouth.net bigpond.com bk.ru
    bluewin.ch btinternet.com charter.net comcast.net cox.net daum.net duck.com earthlink.net
    fastmail.com fastmail.fm fastwebnet.it foxmail.com free.fr freemail.hu freenet.de gmail.com
    googlemail.com hanmail.net hey.com hushmail.com icloud.com inbox.com inbox.ru interia.pl
    juno.com kabelmail.de laposte.net libero.it list.ru mac.com mail.ru mailbox.org mailinator.com
    me.com naver.com neuf.fr ntlworld.com o2.pl onet.pl optonline.net orange.fr pm.me posteo.de
    proton.me protonmail.com qq.com rambler.ru rediffmail.com sapo.pt sbcglobal.net seznam.cz
    sfr.fr shaw.ca sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de talktalk.net
    telenet.be telia.com terra.com.br tiscali.it tuta.io tutanota.com uol.com.br verizon.net
    virgilio.it virgin.net virginmedia.com wanadoo.fr web.de wp.pl xs4all.nl yandex.com yandex.ru
    yeah.net zoho.com zonnet.nl
    """)

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/{1,3}", re.IGNORECASE)
_AFTER_HOST = re.compile(r"[/?#:\s,;|].*", re.DOTALL)
_LONGEST_HOST = 253


@lru_cache(maxsize=1 << 16)
def host_name(text: str | None) -> str | None:
    """The host in lower case and ASCII, without `www.`; None if it is none."""
    host = _AFTER_HOST.sub("", clean(text).rstrip(".")).casefold().removeprefix("www.")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = host.split(".")
    fits = len(labels) > 1 and len(host) <= _LONGEST_HOST and not labels[-1].isdigit()
    return host if fits and all(_LABEL.fullmatch(label) for label in labels) else None


def site_host(text: str | None) -> str | None:
    """The host of a web address or a domain, if it is a company's own and no page on another's."""
    address = _SCHEME.sub("", clean(text))
    host = host_name(address.rsplit("@", 1)[-1])
    if host is None or is_everybodys(host):
        return None
    return host


@lru_cache(maxsize=1 << 16)
def registrable(host: str) -> str:
    """The part that is registered: `acme.co.uk` for `mail.acme.co.uk`."""
    labels = host.split(".")
    return ".".join(labels[-_suffix_length(labels) - 1 :])


def parents(host: str) -> tuple[str, ...]:
    """The domains above it, nearest first, down to the registrable one."""
    labels = host.split(".")
    shortest = _suffix_length(labels) + 1
    return tuple(".".join(labels[start:]) for start in range(1, len(labels) - shortest + 1))


@lru_cache(maxsize=1 << 14)
def is_free_mail(host: str) -> bool:
    """Anybody can have an address there, so it says nothing of a company."""
    domain = registrable(host)
    return domain in _FREE_MAIL or domain.split(".", 1)[0] in _FREE_MAIL_NAMES


@lru_cache(maxsize=1 << 14)
def is_everybodys(host: str) -> bool:
    """It can never stand for one company: free mail, a social site, or the host of other sites."""
    return (
        host in _RENTED_OUT
        or is_free_mail(host)
        or host in _EVERYBODYS
        or registrable(host) in _EVERYBODYS
    )


def _suffix_length(labels: list[str]) -> int:
    if ".".join(labels[-2:]) in _RENTED_OUT:
        return 2
    country_code = 2
    is_national = len(labels[-1]) == country_code and len(labels) > country_code
    return 2 if is_national and labels[-2] in _SECOND_LEVEL else 1
