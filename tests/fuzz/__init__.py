"""Fuzzing: targets.py says what holds of any input, fuzz.py looks for inputs of which it does not."""
