"""Servers for tests: real ones, on loopback, that do what no real server should."""
