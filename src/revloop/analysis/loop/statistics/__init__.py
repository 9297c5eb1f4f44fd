"""Inference of the loop on small sums: counts in, values out."""
