"""What a machine can say of a Persian text, in numbers. Knows nothing of sites or rules."""
