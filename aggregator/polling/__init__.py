"""The river in code: what is due is fetched, parsed, assessed, planned and recorded.

``cycle`` has the shape of the picture in ``docs/architecture.md``; ``schedule`` and ``plan`` are pure.
"""
