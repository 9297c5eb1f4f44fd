"""Tables from text: CSV, TSV and their relatives, in whatever encoding and with whatever faults.

    bytes ─ encoding ─► UTF-8 ─ window ─► layout (delimiter, header)
                                  │
                                  ├─ quick    well-formed stretches, a block at a time
                                  └─ careful  everything else, a record at a time

Both ways give the same rows; the quick one steps aside at the first thing it does not know.
"""
