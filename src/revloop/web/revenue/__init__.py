"""What makes our revenue, and what moved it?"""
