"""What a mapping file can say of a row, and what comes of it."""

from __future__ import annotations

from revloop.sources import mapping
from revloop.sources.mapping import MappingSource
from revloop.sources.protocol import Settings

from ..crm.exports import Made, at, made, raw_table, text_table

HEAD = """
source: shop
currency: EUR
exported_on: 2024-06-30
files:
"""


def source(*parts: str) -> MappingSource:
    found, problems = mapping.parse((HEAD + "".join(parts)).encode())
    assert found is not None, problems
    return MappingSource(found)


def facts(files: dict[str, str], *parts: str, timezone: str = "UTC") -> list[Made]:
    return made(source(*parts), files, settings=Settings("shop", timezone))


class TestSeveralFactsOfOneRow:
    DEALS = """
    no,firm,phase,begun,ended,worth,rep,prod
    1,Acme,Gewonnen,03.02.2024,04.03.2024,"1.250,50",Ann Lee,GTXPro
    2,,offen,05.02.2024,,,Bo Ray,GTX Pro
    3,Bolt,Verloren,06.02.2024,07.03.2024,0,Ann Lee,GTXPro
    """
    PRODUCTS = """
    name,line
    GTX Pro,GTX
    """
    MAPPING = """
  - file: deals.csv
    clean: {prod: {GTXPro: GTX Pro}}
    facts:
      - kind: opportunity
        source_id: "no"
        at: begun
        fields:
          account_id: firm
          product_id: prod
          owner_user_id: {hash: rep}
          segment: {column: prod, lookup: {file: products.csv, key: name, take: line}}
          stage: phase
          pipeline: {constant: main}
          amount: worth
          close_date: ended
          is_closed: {column: phase, values: {Gewonnen: true, Verloren: true, offen: false}}
          is_won: {column: phase, values: {Gewonnen: true, Verloren: false}, otherwise: unknown}
      - kind: opportunity_stage
        source_id: "no"
        stages: {offen: begun, Gewonnen|Verloren: ended}
        stage_column: phase
        fields: {opportunity_id: "no"}
      - kind: booking
        when: phase = 'Gewonnen' and worth is not null
        source_id: "no"
        at: ended
        fields: {kind: {constant: booking}, amount: worth}
      - kind: user
        source_id: {hash: rep}
        once: true
        at: exported_on
        fields: {name: rep, role: {constant: sales}}
  - file: products.csv
    facts:
      - {kind: product, source_id: name, at: exported_on, fields: {name: name, family: line}}
"""

    def test_each_says_its_part(self) -> None:
        files = {"deals.csv": self.DEALS, "products.csv": self.PRODUCTS}
        found = facts(files, self.MAPPING)
        by_kind: dict[str, list[Made]] = {}
        for each in found:
            by_kind.setdefault(each.kind, []).append(each)

        assert {kind: len(rows) for kind, rows in by_kind.items()} == {
            "opportunity": 3,
            "opportunity_stage": 5,
            "booking": 1,
            "user": 2,
            "product": 1,
        }
        won, still_open, lost = by_kind["opportunity"]
        assert at(won["at"]) == "2024-02-03 00:00:00", "with dots the day comes first"
        assert (won["amount_minor"], won["amount_currency"]) == (125_050, "EUR")
        assert str(won["close_date"]) == "2024-03-04"
        assert (won["account_id"], still_open["account_id"]) == ("shop:Acme", None)
        assert {each["product_id"] for each in by_kind["opportunity"]} == {"shop:GTX Pro"}
        assert {each["segment"] for each in by_kind["opportunity"]} == {"GTX"}
        assert {each["pipeline"] for each in by_kind["opportunity"]} == {"main"}
        assert [(each["is_closed"], each["is_won"]) for each in (won, still_open, lost)] == [
            (True, True),
            (False, None),
            (True, False),
        ]
        assert won["owner_user_id"] == lost["owner_user_id"] != still_open["owner_user_id"]
        sellers = {f"shop:{each['source_id']}" for each in by_kind["user"]}
        assert sellers == {won["owner_user_id"], still_open["owner_user_id"]}
        assert not any("Ann" in seller for seller in sellers)
        entered = {
            (each["opportunity_id"], each["stage"], at(each["at"]))
            for each in by_kind["opportunity_stage"]
        }
        assert entered >= {
            ("shop:1", "offen", "2024-02-03 00:00:00"),
            ("shop:1", "Gewonnen", "2024-03-04 00:00:00"),
            ("shop:3", "Verloren", "2024-03-07 00:00:00"),
        }
        [booked] = by_kind["booking"]
        assert (booked["source_id"], booked["amount_minor"]) == ("1", 125_050)
        assert [each.problem for each in found] == [None] * len(found)

    def test_rows_that_nothing_is_made_of_have_a_reason(self) -> None:
        tables = [
            raw_table(name, text_table(text))
            for name, text in (("deals.csv", self.DEALS), ("products.csv", self.PRODUCTS))
        ]
        looked_up = source(self.MAPPING.split("  - file: products.csv")[0])
        assert looked_up.explains(tables)["products.csv"] == "other files look values up in it"
        assert "`when`" in looked_up.explains(tables)["deals.csv"]


class TestWhatCannotBeRead:
    ROWS = """
    no,day,size,kind,score
    1,2024-01-02,big,new,1
    2,2024-13-02,10,new,2
    3,2024-01-03,10,strange,3
    ,2024-01-04,10,renewal,4
    """
    MAPPING = """
  - file: deals.csv
    facts:
      - kind: opportunity
        source_id: "no"
        at: day
        fields: {amount: size, opportunity_type: kind%s}
"""

    def found(self, more: str = "") -> dict[int, Made]:
        mapped = self.MAPPING.replace(": kind%s", f": {{column: kind{more}}}")
        return {each.row: each for each in facts({"deals.csv": self.ROWS}, mapped)}

    def test_what_a_fact_can_be_without_is_unknown_and_told(self) -> None:
        by_row = self.found()
        assert by_row[2].problem is None
        assert by_row[2]["amount_minor"] is None
        assert by_row[2]["kept_without"] == ["size: 'big' is not a number"]
        assert by_row[4].problem is None
        [told] = by_row[4]["kept_without"]
        assert told.startswith("kind: 'strange' is not one of ")

    def test_what_it_cannot_be_without_holds_the_row_back(self) -> None:
        by_row = self.found()
        assert by_row[3].problem == "day: '2024-13-02' is not a date"
        assert by_row[5].problem == "no is empty, and opportunity needs its source_id"

    def test_a_word_holds_the_row_back_where_the_mapping_asks_for_it(self) -> None:
        strict = self.found(", otherwise: problem")
        assert strict[4].problem is not None
        assert strict[4].problem.startswith("kind: 'strange' is not one of ")

    def test_a_word_is_unknown_where_the_mapping_says_so(self) -> None:
        lenient = self.found(", otherwise: unknown")
        assert (lenient[4].problem, lenient[4]["kept_without"]) == (None, None)


class TestWordsForNothing:
    ROWS = """
    no,source,city
    1,Select,-
    2,web,(blank)
    3,nix,Köln
    """

    def test_usual_ones_and_those_of_the_mapping(self) -> None:
        mapped = """
  - file: leads.csv
    unknown: {source: [nix]}
    facts:
      - kind: inquiry
        source_id: "no"
        at: exported_on
        fields: {contact_id: "no", lead_source: source, segment: city}
"""
        leads = facts({"leads.csv": self.ROWS}, mapped)
        assert [(each["lead_source"], each["segment"]) for each in leads] == [
            (None, None),
            ("web", None),
            (None, "Köln"),
        ]
        assert {at(each["at"]) for each in leads} == {"2024-06-30 00:00:00"}


def test_a_row_without_an_id_is_known_by_what_it_says() -> None:
    mapped = """
  - file: spend.csv
    facts:
      - kind: spend
        at: {column: day, day_first: true}
        fields: {channel: channel, amount: {column: cost, currency: USD, times: 1000}, status: {constant: actual}}
"""
    rows = "day,channel,cost\n03/04/2024,search,1.5\n04/04/2024,search,2\n"
    one = facts({"spend.csv": rows}, mapped)
    turned = "day,channel,cost\n04/04/2024,search,2\n03/04/2024,search,1.5\n"
    other = facts({"spend.csv": turned}, mapped)
    assert {each["source_id"] for each in one} == {each["source_id"] for each in other}
    assert {(at(each["at"]), each["amount_minor"]) for each in one} == {
        ("2024-04-03 00:00:00", 150_000),
        ("2024-04-04 00:00:00", 200_000),
    }
    assert {each["amount_currency"] for each in one} == {"USD"}


def test_a_condition_may_be_columns_with_their_words() -> None:
    mapped = """
  - file: events.csv
    facts:
      - kind: touch
        when: {what: [seen, clicked], bot: ""}
        source_id: "no"
        at: day
        fields:
          contact_id: {column: mail, by: email}
          kind: {column: what, values: {seen: page_view, clicked: ad_click}}
"""
    rows = """
    no,what,bot,mail,day
    1,seen,,Ann@Acme.example,2024-01-01
    2,seen,yes,Ann@Acme.example,2024-01-01
    3,Clicked,,no address,2024-01-01
    4,bought,,Ann@Acme.example,2024-01-01
    """
    first, third = facts({"events.csv": rows}, mapped)
    assert (first["kind"], first["contact_id"]) == ("page_view", "email:ann@acme.example")
    assert (third["kind"], third["contact_id"]) == ("ad_click", None)
    assert third["kept_without"] == ["mail: 'no address' is not an e-mail address"]


def test_times_without_a_zone_are_those_of_the_mapping() -> None:
    mapped = """
  - file: deals.csv
    facts:
      - {kind: opportunity, source_id: "no", at: day, fields: {stage: phase}}
timezone: Europe/Berlin
"""
    [deal] = facts({"deals.csv": "no,day,phase\n1,2024-07-01 10:00,open"}, mapped)
    assert at(deal["at"]) == "2024-07-01 08:00:00"
