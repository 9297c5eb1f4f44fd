"""Experiments: what holding something back by lot shows that it causes."""
