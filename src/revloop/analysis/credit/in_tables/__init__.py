"""The models of credit as Ibis tables, for touches that are too many for one machine.

It is the reference for whatever is quicker, and runs wherever Ibis does. Touches stay where they are:
what comes back is a share for each, or a sum for each channel.
"""
