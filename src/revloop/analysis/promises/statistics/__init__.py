"""Inference of the promises on small sums: counts in, values out."""
