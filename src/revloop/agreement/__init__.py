"""The signed contract as code."""
