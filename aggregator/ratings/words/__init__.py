"""Words: tokens, what the vocabulary recognises in a sentence, phrases and their heads."""
