"""The post as a whole: what belongs to it, what it is about, who speaks in it and who gives the grades."""
