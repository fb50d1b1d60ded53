"""Figures over several domains, made in SQL and returned as plain values.

`stages` names the life of an action, `public` counts what anybody may see, `steering` what those
who steer the programme may see, `waiting` since when actions wait, `territory` where they are.
"""
