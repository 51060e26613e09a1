"""One-edit look-up for engines that have none: a word and a term within one edit share one of their deletions."""


def deletions(word):
    return {word} | {word[:at] + word[at + 1:] for at in range(len(word))}


def within_one_edit(left, right):
    """Levenshtein: the common start and the common end leave at most one letter of either."""
    shorter, longer = sorted((left, right), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    start = next((at for at in range(len(shorter)) if shorter[at] != longer[at]), len(shorter))
    return shorter[start:] == longer[start + 1:] or shorter[start + 1:] == longer[start + 1:]
