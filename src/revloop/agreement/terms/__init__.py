"""What single terms of the agreement say of a case: deadlines, clocks, counts of attempts, guardrails."""
