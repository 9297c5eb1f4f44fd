"""Django on PostgreSQL as this project needs it; Django finds `base` by its name."""
