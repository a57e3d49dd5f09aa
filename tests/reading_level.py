"""How hard a text is to read: the grade of Flesch and Kincaid (Kincaid 1975), by a count of vowel groups."""

import re

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(
    r"(?:[^laeiouy]es|[^aeioudt]ed|[^laeiouy]e)$"
)  # made, stakes, worked; not little, tested


def syllables(word):
    """Groups of vowels, without a silent e; a number is read as one word of one syllable."""
    word = word.lower()
    return max(1, len(VOWELS.findall(word)) - bool(SILENT.search(word)))


def sentences(text):
    """Sentences: what ends with a mark before a blank, or with its line."""
    return [part for part in re.split(r"[.!?:](?=\s)|\n+", f"{text}\n") if WORD.search(part)]


def grade(text):
    """0.39 words per sentence + 11.8 syllables per word - 15.59."""
    words = WORD.findall(text)
    per_sentence = len(words) / len(sentences(text))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59
