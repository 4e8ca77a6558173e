"""config.toml → one typed, frozen model; every fault at once, with its line.

``model`` says what may be written, ``load`` reads a file into it, ``secrets`` reads what config only names.
"""
