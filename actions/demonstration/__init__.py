"""The demonstration: fictitious people, organisations, files and sessions, with three years behind
them. Loaded by `manage.py load_demo`, only where `DEMO=1`.
"""
