"""Bodies: who is named, which place belongs to whom, and what an acronym means where it stands."""
