"""Files that people send: what they may be, how they are looked into, where they are kept.

Nothing here knows what a file is attached to (docs/decisions/0015-what-a-file-may-be.md).
"""
