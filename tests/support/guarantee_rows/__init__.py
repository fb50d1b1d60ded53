"""What must not be written, row by row, for `tests/actions/guarantees/test_needed.py`."""
