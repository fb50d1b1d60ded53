"""Evaluators are asked, declare that they have no interest, score; the result is read."""
