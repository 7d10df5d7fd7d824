"""Buyers in bulk: they say what they want, producers what they can supply; who is shown to whom once both agree."""
