"""The demo's newsletter: who gets it, what it says, and whether it arrived."""
