"""Inference of the revenue equation on small sums: counts and factors in, values out."""
