"""What single terms of the agreement say of a case: deadlines, counts of attempts, guardrails."""
