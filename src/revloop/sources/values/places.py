"""Countries and internet domains."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from revloop.sources.values.countries import NAMES
from revloop.sources.values.value import UNKNOWN_WORDS, Value, known, nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir

_FREE_MAIL = """
126.com 163.com aim.com alice.it aol.com arcor.de att.net bellsouth.net bigpond.com bluewin.ch
bol.com.br btinternet.com charter.net comcast.net cox.net docomo.ne.jp earthlink.net
email.com email.cz ezweb.ne.jp fastmail.com foxmail.com free.fr freenet.de gmail.com gmx.at
gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.ca hotmail.co.uk
hotmail.com hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com
inbox.lv inbox.ru interia.pl juno.com laposte.net libero.it list.ru live.ca live.co.uk live.com
live.com.au live.de live.fr live.it live.nl mac.com mail.com mail.de mail.ru me.com msn.com
naver.com o2.pl onet.pl optonline.net orange.fr outlook.com outlook.de outlook.es outlook.fr
pm.me posteo.de proton.me protonmail.com qq.com rediffmail.com rocketmail.com rogers.com
sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com sohu.com sympatico.ca
t-online.de telefonica.net telenet.be tiscali.it tutanota.com uol.com.br verizon.net
virgilio.it wanadoo.fr web.de wp.pl yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk
yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr
yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com ziggo.nl zoho.com
"""
FREE_MAIL: frozenset[str] = frozenset(_FREE_MAIL.split())
"""Domains where anybody may have an address: they name no company."""

_DOMAIN = r"^[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$"


def country(column: ir.Value, unknown_words: Collection[str] = UNKNOWN_WORDS) -> Value:
    """Two letters of ISO 3166 from a code or an English name; what nobody knows is null and counted.

    `NA` is Namibia here unless `unknown_words` still holds it.
    """
    import ibis  # noqa: PLC0415

    written = known(column, unknown_words)
    name = written.lower().replace("&", "and").re_replace(r"[.,()'=|\x{2019}]", "")
    name = name.re_replace(r"[\s-]+", " ").re_replace(r"^the ", "").strip()
    mark = ibis.literal("|") + name + "="
    # One search in one text: a branch for each of 800 names would take seconds to write out.
    place = ibis.literal(NAMES).find(mark)
    code = ibis.literal(NAMES).substr(place + mark.length(), 2)
    found = (place >= 0).ifelse(code, ibis.null("string"))
    strange = (place < 0).ifelse(written, ibis.null("string"))
    return Value(found, nothing("string"), strange)


def domain(
    column: ir.Value,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
    *,
    of_company: bool = True,
) -> Value:
    """The internet domain of a web or e-mail address: lower case, without www, port and path.

    With `of_company` a domain where anybody may have an address is null. What is no address is null
    and counted.
    """
    written = known(column, unknown_words)
    host = (
        written.lower()
        .re_replace(r"^(?:mailto:|[a-z][a-z0-9+.-]*:/*|//)", "")
        .re_replace(r"[/?#\s].*$", "")
        .re_replace(r"^.*@", "")
        .re_replace(r":\d*$", "")
        .re_replace(r"^www\d?\.|\.+$", "")
    )
    valid = host.re_search(_DOMAIN) & host.re_search(r"\p{L}[^.]*$")
    strange = (written.notnull() & ~valid).ifelse(written, nothing("string"))
    kept = valid & ~host.isin(sorted(FREE_MAIL)) if of_company else valid
    return Value(kept.ifelse(host, nothing("string")), nothing("string"), strange)
