"""Sorted row arrays for every word of a field, with BM25 shares worked out at build time."""
from bisect import bisect_left
from functools import reduce

import numpy as np

K1, B = 1.2, 0.75


class Postings:
    def __init__(self, texts):
        numbers, flat, lengths = {}, [], []
        for text in texts:
            found = text.split()
            lengths.append(len(found))
            flat.append(np.array([numbers.setdefault(word, len(numbers)) for word in found], dtype=np.int32))
        self.documents = len(lengths)
        self.terms = sorted(numbers)
        order = np.empty(len(numbers), dtype=np.int64)
        order[[numbers[term] for term in self.terms]] = np.arange(len(numbers))
        rows = np.repeat(np.arange(self.documents, dtype=np.int64), lengths)
        pairs, frequencies = np.unique((order[np.concatenate(flat)] << 32) | rows, return_counts=True)
        self.rows = (pairs & 0xFFFFFFFF).astype(np.int32)
        self.frequencies = frequencies.astype(np.float32)
        self.offsets = np.searchsorted(pairs >> 32, np.arange(len(self.terms) + 1))
        lengths = np.array(lengths)
        self.norms = (K1 * (1 - B + B * lengths / lengths.mean())).astype(np.float32)
        self.shares = self.frequencies / (self.frequencies + self.norms[self.rows])
        self._pad()
        self.nbytes = sum(array.nbytes for array in vars(self).values() if isinstance(array, np.ndarray))

    def _pad(self):
        """Terms as letters aligned left and right, to compare a word with all of them at once."""
        self.lengths = np.array([len(term) for term in self.terms])
        wide = int(self.lengths.max())
        self.from_left = np.array([term.ljust(wide, "\0") for term in self.terms], dtype=f"S{wide}").view(np.uint8).reshape(-1, wide)
        right = "".join(term[::-1].ljust(wide, "\0") for term in self.terms).encode()
        self.from_right = np.frombuffer(right, dtype=np.uint8).reshape(-1, wide)

    def search(self, query):
        """Rows that match, ascending, with their BM25 scores. A word's expansions count as one word."""
        last = len(query["words"]) - 1
        found = [self._word(word, query["expand"], index == last) for index, word in enumerate(query["words"])]
        if query["match"] == "any":
            scores = np.zeros(self.documents, dtype=np.float32)
            for rows, shares in found:
                scores[rows] += shares
            rows = np.flatnonzero(scores)
            return rows, scores[rows]
        found.sort(key=lambda word: len(word[0]))
        return reduce(self._intersection, found)

    @staticmethod
    def _intersection(left, right):
        places = np.searchsorted(right[0], left[0])
        places[places == len(right[0])] = 0
        kept = right[0][places] == left[0] if len(right[0]) else np.zeros(len(left[0]), dtype=bool)
        return left[0][kept], left[1][kept] + right[1][places[kept]]

    def _word(self, word, expand, is_last):
        if expand == "prefix" and is_last:
            return self._group(range(bisect_left(self.terms, word), bisect_left(self.terms, word + "\x7f")))
        if expand == "typo" and len(word) >= 4:
            return self._group(self.one_edit(word))
        place = bisect_left(self.terms, word)
        return self._group([place] if place < len(self.terms) and self.terms[place] == word else [])

    def _group(self, terms):
        spans = [slice(self.offsets[term], self.offsets[term + 1]) for term in terms]
        if not spans:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        if len(spans) == 1:
            return self.rows[spans[0]], self._idf(spans[0].stop - spans[0].start) * self.shares[spans[0]]
        rows, places = np.unique(np.concatenate([self.rows[span] for span in spans]), return_inverse=True)
        frequencies = np.bincount(places, weights=np.concatenate([self.frequencies[span] for span in spans]))
        return rows, (self._idf(len(rows)) * frequencies / (frequencies + self.norms[rows])).astype(np.float32)

    def _idf(self, count):
        return np.float32(np.log(1 + (self.documents - count + 0.5) / (count + 0.5)))

    def one_edit(self, word):
        """Terms within one insertion, deletion or replacement: common start and common end leave at most one letter."""
        letters = np.frombuffer(word.encode(), dtype=np.uint8)
        near = np.flatnonzero(np.abs(self.lengths - len(word)) <= 1)
        start = self._common(self.from_left, near, letters)
        end = self._common(self.from_right, near, letters[::-1])
        needed = np.maximum(self.lengths[near], len(word)) - 1
        return near[start + end >= needed].tolist()

    def _common(self, table, near, letters):
        letters = letters[:table.shape[1]]
        return np.logical_and.accumulate(table[near, :len(letters)] == letters, axis=1).sum(axis=1)
