"""Tables from workbooks: each sheet one, its rows counted twice by different means."""
