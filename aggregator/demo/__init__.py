"""Bundled sample feeds, a loopback server for them, and a run of the real pipeline over both.

``server`` serves, ``show`` polls and prints. Everything stays on this machine and leaves nothing behind.
"""
