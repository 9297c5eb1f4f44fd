"""How the promises between marketing and sales are kept, and what that does to conversion."""
