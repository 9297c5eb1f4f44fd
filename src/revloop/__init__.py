"""The working agreement between marketing and sales, as code that runs."""

__version__ = "0.1.0"
