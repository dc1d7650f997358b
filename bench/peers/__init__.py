"""What a user would pick instead of Foreign Desk, each run by the interpreter of its own environment.

These modules import their peer and the standard library alone. ``environments`` in the package above makes the
environments; ``workers`` there talks to them.
"""
