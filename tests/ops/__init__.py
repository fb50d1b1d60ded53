"""Tests of ops/ and of the embedded database."""
