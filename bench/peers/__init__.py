"""The same models behind the APIs that one would write without Razem's documents."""
