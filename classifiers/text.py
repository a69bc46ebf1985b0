"""One way to read Persian: the public face of folding, words and word-list matching."""

from classifiers.fold import Folded, Word, fold, words
from classifiers.terms import Find, Matcher, compile_terms, find

__all__ = ["Find", "Folded", "Matcher", "Word", "compile_terms", "find", "fold", "words"]
