"""Documents as PDF, from frozen values: nothing here reads the database."""
