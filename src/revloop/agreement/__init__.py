"""The signed contract between marketing and sales, as code. See README.md in this folder."""
