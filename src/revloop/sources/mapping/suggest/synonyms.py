"""What exports call the kinds of facts and their fields, in the languages that exports come in.

All in lower case, words separated by spaces, without accents. A field is always also known by its
own name. What stands first is what is called so most often.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "account": """account | company | companies | customer | client | organization | organisation | firma |
        firmen | unternehmen | kunde | kunden | kundenstamm | entreprise | societe | empresa | cuenta""",
    "contact": "contact | person | people | personen | ansprechpartner | kontakt | kontakte | contacto",
    "inquiry": """lead | inquiry | inquiries | enquiry | enquiries | prospect | anfrage | anfragen |
        interessent | interessenten | demande | prospecto | form submission""",
    "opportunity": """opportunity | opportunities | deal | pipeline | sales pipeline | verkaufschance |
        verkaufschancen | affaire | opportunite | oportunidad | oportunidades | negocio""",
    "user": """user | owner | sales team | seller | sales rep | rep | agent | sales agent | employee |
        benutzer | mitarbeiter | verkaeufer | vendeur | utilisateur | usuario | vendedor""",
    "team": "team | region | office | abteilung | equipe | equipo",
    "product": "product | item | sku | catalog | produkt | produkte | artikel | produit | producto",
    "price_book_entry": "price | price list | price book | preisliste | preise | tarif | precio",
    "campaign": "campaign | kampagne | kampagnen | campagne | campana",
    "spend": "spend | ad spend | cost | budget | ausgaben | kosten | depense | gasto",
    "touch": "touch | touchpoint | event | web event | visit | interaction | engagement | campaign member",
    "activity": """activity | activities | call | task | meeting | email | aktivitaet | aktivitaeten |
        anruf | appel | llamada | tarea""",
    "booking": """booking | order | invoice | sale | revenue | auftrag | auftraege | rechnung |
        rechnungen | umsatz | commande | facture | pedido | factura""",
    "ticket": "ticket | case | support | support case | anfrage service | incidencia",
}
"""Names of tables, by the kind of their rows."""

IDS = """id | key | number | no | nr | uuid | guid | code | record id | external id | nummer | kennung |
    schluessel | identifiant | numero | identificador"""

CREATED = """created at | created | created date | create date | creation date | createdate | date created |
    date | day | timestamp | time | angelegt am | erstellt am | erstellungsdatum | datum | cree le |
    date de creation | fecha de creacion | fecha"""
UPDATED = """updated at | updated | last modified date | last modified | modified at | modified date |
    systemmodstamp | last update | geaendert am | modifie le | fecha de modificacion"""

_OWNER = """owner | owner id | sales rep | sales agent | seller | rep | account manager | account owner |
    agent | assigned to | verkaeufer | vertriebler | bearbeiter | zustaendig | vendeur |
    commercial | responsable | vendedor | propietario"""
_COUNTRY = """country | office location | location | billing country | nation | land | pays | pais |
    country region"""
_REGION = "region | territory | regional office | state | area | gebiet | bundesland | zona"
_ACCOUNT = """account | account id | account name | company | company id | company name | customer |
    customer id | client | organization | firma | kunde | kundennummer | entreprise | societe | empresa |
    cliente | cuenta"""
_CONTACT = """contact | contact id | person | person id | customer | visitor | visitor id | prospect |
    prospect id | lead id | kontakt | ansprechpartner | contacto"""
_PRODUCT = (
    "product | product id | sku | item | produkt | artikel | artikelnummer | produit | producto"
)
_CAMPAIGN = "campaign | campaign id | campaign name | utm campaign | kampagne | campagne | campana"
_SOURCE = """lead source | source | original source | origin | herkunft | quelle | leadquelle | origine |
    origen | fuente | how did you hear about us"""
_STAGE = """stage | deal stage | stage name | pipeline stage | sales stage | status | phase |
    verkaufsphase | etape | etapa | fase"""
_EMAIL = "email | e mail | email address | mail | e mail adresse | courriel | correo | correo electronico"
_PHONE = "phone | phone number | telephone | tel | telefon | telefonnummer | telefono"
_FIRST = "first name | firstname | given name | vorname | prenom | nombre de pila"
_LAST = "last name | lastname | surname | family name | nachname | nom de famille | apellido | apellidos"
_NAME = "name | full name | bezeichnung | nom | nombre"
_AMOUNT = """amount | value | close value | deal value | deal amount | total | total amount | revenue | price |
    betrag | wert | umsatz | auftragswert | summe | montant | valeur | importe | valor"""

FIELDS: dict[str, dict[str, str]] = {
    "account": {
        "name": f"{_NAME} | account | account name | company | company name | firma | firmenname | empresa",
        "domain": "domain | website | web site | url | homepage | company domain | webseite | site web",
        "parent_account_id": """parent account | parent account id | parent | parent company |
            subsidiary of | parent id | muttergesellschaft | konzern | maison mere | empresa matriz""",
        "industry": "industry | sector | branche | industrie | secteur | sector | vertical",
        "country": _COUNTRY,
        "region": _REGION,
        "employees": """employees | number of employees | employee count | headcount | company size |
            mitarbeiter | mitarbeiterzahl | anzahl mitarbeiter | effectif | empleados""",
        "annual_revenue": """annual revenue | revenue | turnover | umsatz | jahresumsatz |
            chiffre d affaires | ingresos | facturacion""",
        "account_type": "account type | type | customer type | typ | tipo",
        "is_customer": "is customer | customer | active customer | kunde",
        "customer_since": "customer since | client since | became customer | kunde seit",
        "owner_user_id": _OWNER,
        "phone": _PHONE,
    },
    "contact": {
        "account_id": _ACCOUNT,
        "first_name": _FIRST,
        "last_name": _LAST,
        "name": f"{_NAME} | contact name | ansprechpartner",
        "email": _EMAIL,
        "phone": _PHONE,
        "mobile": "mobile | mobile phone | cell | cell phone | handy | mobil | portable | movil",
        "title": """title | job title | position | role | jobtitle | funktion | stelle | poste | fonction |
            cargo | puesto""",
        "function": "department | function | abteilung | departement | departamento",
        "language": "language | preferred language | sprache | langue | idioma",
        "timezone": "timezone | time zone | zeitzone",
        "country": _COUNTRY,
        "first_source": _SOURCE,
        "consent_email": """email opt in | consent email | newsletter | opt in | do not email |
            email opt out | opt out | unsubscribed | has opted out of email | keine e mail""",
        "consent_phone": "consent phone | do not call | call opt out | nicht anrufen",
        "owner_user_id": _OWNER,
        "website": "website | web site | url | homepage | webseite",
        "company_name": "company | company name | account name | organization | firma | entreprise | empresa",
    },
    "inquiry": {
        "account_id": _ACCOUNT,
        "lead_source": _SOURCE,
        "channel": "channel | marketing channel | kanal | canal",
        "form": "form | form name | formular | formulaire | formulario | landing page",
        "campaign": _CAMPAIGN,
        "segment": "segment | specialization | product interest | interest | interesse",
        "status": "status | lead status | state | leadstatus | statut | estado",
        "is_converted": "is converted | converted | conversion | won | gewonnen | konvertiert | converti",
        "owner_user_id": _OWNER,
        "rating": "rating | lead quality | quality | temperature | grade | bewertung",
        "source_score": "score | lead score | activity score | points | punkte | leadscore",
        "need": "message | comments | comment | description | need | nachricht | anliegen | mensaje",
    },
    "opportunity": {
        "account_id": _ACCOUNT,
        "contact_id": _CONTACT,
        "campaign_id": _CAMPAIGN,
        "owner_user_id": _OWNER,
        "product_id": _PRODUCT,
        "opportunity_type": "opportunity type | deal type | type | typ | tipo",
        "pipeline": "pipeline | pipeline name",
        "stage": _STAGE,
        "amount": _AMOUNT,
        "probability": "probability | win probability | chance | wahrscheinlichkeit | probabilite",
        "forecast_category": "forecast category | forecast",
        "close_date": """close date | closed date | closing date | expected close date | closedate |
            abschlussdatum | abschluss | date de cloture | fecha de cierre""",
        "loss_reason": "loss reason | lost reason | closed lost reason | verlustgrund | motivo de perdida",
        "competitor": "competitor | wettbewerber | concurrent | competidor",
        "lead_source": _SOURCE,
        "segment": "segment | customer segment | marktsegment",
        "region": _REGION,
        "name": f"{_NAME} | opportunity name | deal name | dealname | title",
    },
    "user": {
        "name": f"{_NAME} | sales agent | seller | rep | agent | sales rep | user | owner | verkaeufer | vendeur",
        "first_name": _FIRST,
        "last_name": _LAST,
        "email": _EMAIL,
        "job": "job | job title | role | title | position | rolle",
        "team_id": "team | team id | team name | regional office | office | abteilung | equipe | equipo",
        "manager_user_id": "manager | manager id | reports to | supervisor | boss | vorgesetzter | jefe",
        "region": _REGION,
        "timezone": "timezone | time zone | zeitzone",
        "is_active": "is active | active | aktiv | actif | activo",
        "quota": "quota | target | sales target | ziel | zielvorgabe | objectif | cuota",
        "active_from": "start date | hire date | joined | active from | eintrittsdatum",
        "active_to": "end date | left | active to | austrittsdatum",
    },
    "team": {
        "name": f"{_NAME} | team | team name | regional office | office",
        "region": _REGION,
    },
    "product": {
        "name": f"{_NAME} | product | product name | produkt | artikel | produit | producto",
        "sku": "sku | product code | code | artikelnummer",
        "family": "family | series | product family | category | line | produktgruppe | gamme | familia",
        "is_active": "is active | active | aktiv",
        "unit_cost": "unit cost | cost | cost of goods | stueckkosten | einkaufspreis | cout | coste",
    },
    "price_book_entry": {
        "product_id": _PRODUCT,
        "price_book": "price book | price list | pricebook | preisliste",
        "list_price": """list price | sales price | price | unit price | listenpreis | preis | prix |
            precio""",
    },
    "campaign": {
        "name": f"{_NAME} | campaign | campaign name | kampagne",
        "channel": "channel | type | medium | kanal | canal",
        "status": "status | state",
        "ends_on": "end date | ends on | end | enddatum | fin",
        "budget": "budget | budgeted cost | planned cost",
        "actual_cost": "actual cost | cost | spend | kosten | cout | coste",
        "members": "members | number of leads | audience",
    },
    "spend": {
        "campaign": _CAMPAIGN,
        "channel": "channel | source | medium | platform | kanal | canal",
        "amount": f"{_AMOUNT} | spend | cost | ausgaben | kosten | depense | gasto",
        "status": "status",
    },
    "touch": {
        "contact_id": _CONTACT,
        "account_id": _ACCOUNT,
        "opportunity_id": "opportunity | opportunity id | deal id | deal",
        "kind": "kind | event | event type | type | action | interaction | ereignis | typ",
        "channel": "channel | source | marketing channel | kanal | canal",
        "campaign": _CAMPAIGN,
        "utm_source": "utm source",
        "utm_medium": "utm medium | medium",
        "cost": "cost | kosten",
    },
    "activity": {
        "contact_id": f"{_CONTACT} | who id",
        "account_id": _ACCOUNT,
        "opportunity_id": "opportunity | opportunity id | deal id | deal | what id",
        "user_id": _OWNER,
        "kind": "kind | type | activity type | task type | art | typ",
        "direction": "direction | inbound outbound | richtung",
        "outcome": "outcome | result | disposition | ergebnis | resultat | resultado",
        "duration_seconds": "duration | duration seconds | seconds | dauer | duree | duracion",
    },
    "booking": {
        "account_id": _ACCOUNT,
        "opportunity_id": "opportunity | opportunity id | deal id | deal",
        "product_id": _PRODUCT,
        "amount": _AMOUNT,
        "period_start": "period start | start date | contract start | vertragsbeginn",
        "period_end": "period end | end date | contract end | vertragsende",
        "status": "status | state",
    },
    "ticket": {
        "account_id": _ACCOUNT,
        "contact_id": _CONTACT,
        "owner_user_id": _OWNER,
        "stage": "stage | status | state",
        "category": "category | type | reason | kategorie",
        "severity": "severity | priority | prioritaet | priorite | prioridad",
        "closed_at": "closed at | closed date | resolved at | geschlossen am",
        "subject": "subject | title | summary | betreff | objet | asunto",
    },
}

WON = ("won", "closed won", "gewonnen", "gagne", "ganada", "ganado")
LOST = ("lost", "closed lost", "verloren", "perdu", "perdida", "perdido")
REFUSALS = ("do not", "opt out", "opted out", "unsubscribed", "keine", "nicht")
"""A yes in a column of such a name is a no to being written to."""


def alternatives(table: str) -> tuple[str, ...]:
    """The names of one row of a table above."""
    return tuple(" ".join(each.split()) for each in table.split("|"))
