"""MEASURE: tables of facts in, tables out; Ibis alone, so that every engine computes the same."""
