"""Products, prices, quotes and discounts."""

from __future__ import annotations

from revloop.facts.columns import Kind, day, flag, instant, key, money, number, private, text, whole

PRODUCT = Kind(
    "product",
    "something we sell",
    "when it came on sale",
    (
        text("name", "name of the product"),
        text("sku", "its code"),
        text("family", "product family"),
        flag("is_active", "is on sale"),
        money("unit_cost", "what one unit costs us"),
    ),
    has_key=True,
)

PRICE_BOOK_ENTRY = Kind(
    "price_book_entry",
    "the price of a product in a price book, from a day on",
    "when the price begins to hold",
    (
        key("product", "the product", required=True),
        text("price_book", "name or id of the price book"),
        money("list_price", "list price of one unit"),
        money("guideline_price", "price that sellers should reach"),
        number("floor_margin", "smallest margin that may be sold without asking", "0 to 1"),
        day("valid_to", "day after the last day of the price"),
        flag("is_active", "may be used"),
    ),
)

QUOTE_LINE = Kind(
    "quote_line",
    "a product in a quote or an opportunity",
    "when the line was written",
    (
        key("opportunity", "the opportunity"),
        key("product", "the product"),
        text("quote", "id of the quote"),
        text("sku", "code of the product"),
        number("quantity", "units", "units"),
        money("list_price", "list price of one unit"),
        money("unit_price", "price asked for one unit"),
        money("total", "price of the line"),
        number("discount", "share of the list price taken off", "0 to 1"),
        number("margin", "share of the price left after cost", "0 to 1"),
    ),
)

DISCOUNT_REQUEST = Kind(
    "discount_request",
    "a seller asked to go below the guideline",
    "when it was asked",
    (
        key("opportunity", "the opportunity", required=True),
        key("product", "the product"),
        key("user", "who asked", name="requester_user_id"),
        key("user", "who decided", name="decider_user_id"),
        number("discount", "share of the list price taken off", "0 to 1"),
        money("list_price", "list price of one unit"),
        money("requested_price", "price asked for"),
        number("margin", "margin at that price", "0 to 1"),
        text("reason", "coded reason"),
        text("competitor", "whose price it answers"),
        text("required_approver", "role that has to decide"),
        text("decision", "what was decided", ("approved", "rejected", "countered", "withdrawn")),
        instant("decided_at", "when it was decided"),
        day("valid_until", "last day of the offer"),
        text("guideline_version", "version of the guideline"),
        whole("level", "level of approval, from 1"),
        private("note", "what the seller wrote"),
    ),
)

KINDS = (PRODUCT, PRICE_BOOK_ENTRY, QUOTE_LINE, DISCOUNT_REQUEST)
