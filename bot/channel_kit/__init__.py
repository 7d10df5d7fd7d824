"""What channels have in common: pace, patience, bounded bodies, lengths as vendors count them, health, pictures."""
