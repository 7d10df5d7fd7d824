"""What one cell of an officer's list says: read, checked, put right or refused with a reason; pure."""
