"""From what somebody typed to products, the best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tantivy import Index, Occur, Query, Schema, Searcher

from stoa.catalogue.search.analysis import COMPOUNDING, plain, stemmed
from stoa.catalogue.search.rules import MAX_QUERY, MAX_WORDS, code_forms, distance, letters_of, prepared, typos_allowed

# What a match is worth, by field. A stem is worth a little less than the word itself.
WEIGHTS = {
    "title": 8.0, "title_stem": 6.5, "brand": 6.0, "labels": 4.0, "labels_stem": 3.2, "text_stem": 1.0, "joined": 6.0,
}  # fmt: skip
PREFIXES = {"title": 3.0, "brand": 2.5, "labels": 1.5}
PHRASE, SYNONYM, ENDING = 6.0, 0.8, 0.4
# Corrections that are tried for a word.
MOST_CORRECTIONS = 4
SHORTEST_PART = 3
# Only the best are put in order by their scores; the rest stand as the index gave them.
MOST_SCORES = 2_000
# Queries whose results are kept while the index stays as it is: filters are chosen one after the other.
MOST_KEPT = 200
# Compounds in which a word is looked for at the end.
MOST_ENDINGS = 20

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """``ids``: the best first, ``scores`` of the first 2,000.

    ``exact``: how many at the beginning have the query for a SKU or barcode.

    ``shown`` is what was looked for instead, where a word was corrected; ``dropped`` are words that no product has, where
    the products only have some of the words.
    """

    ids: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    exact: int = 0
    shown: str = ""
    is_partial: bool = False
    dropped: tuple[str, ...] = ()


class Synonyms:
    """``{("sofa",): [("settee",), ("three", "seater")]}``, keys in stems."""

    def __init__(self, groups: Mapping[Words, Sequence[Words]]) -> None:
        self.groups = groups
        self.longest = max(map(len, groups), default=0)


NO_SYNONYMS = Synonyms({})


class Vocabulary:
    """The words of an index as it stands, with the number of products that have them."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._letters: dict[str, dict[int, list[tuple[str, int, int]]]] = {}
        self._endings: dict[str, list[str]] = {}

    def count(self, word: str) -> int:
        return self._searcher.doc_freq("spelling", word)

    def _starting(self, letter: str) -> dict[int, list[tuple[str, int, int]]]:
        """Words with this first letter by their length: the word, its count, the letters that it has."""
        if letter not in self._letters:
            by_length: dict[int, list[tuple[str, int, int]]] = {}
            for word, count in self._searcher.terms_with_prefix("spelling", letter):
                if word.isalpha():
                    by_length.setdefault(len(word), []).append((word, count, letters_of(word)))
            self._letters[letter] = by_length
        return self._letters[letter]

    @cached_property
    def all(self) -> list[str]:
        return [word for word, _ in self._searcher.terms_with_prefix("spelling", "")]

    @cached_property
    def initials(self) -> list[str]:
        return sorted({word[0] for word in self.all if word[0].isalpha()})

    def ending(self, word: str) -> list[str]:
        """Compounds with the word, or its plural, at their end."""
        if word not in self._endings:
            if len(self._endings) > 2_000:
                self._endings.clear()
            least = len(word) + SHORTEST_PART
            tails = (word, f"{word}n", f"{word}en", f"{word}s", f"{word}er", f"{word}e")
            self._endings[word] = [each for each in self.all if len(each) >= least and each.endswith(tails)][
                :MOST_ENDINGS
            ]
        return self._endings[word]

    def corrections(self, word: str) -> list[tuple[str, float]]:
        """Words that ``word`` may be a slip of, with what the slip costs: a wrong first letter costs more."""
        most = typos_allowed(word)
        if most == 0:
            return []
        found: dict[str, float] = {}
        weights: dict[str, int] = {}
        letters, by_length = letters_of(word), self._starting(word[0])
        for length in range(len(word) - most, len(word) + most + 1):
            for other, count, its_letters in by_length.get(length, ()):
                # Each slip changes two letters at most: most words are out without a closer look.
                if (letters ^ its_letters).bit_count() > 2 * most or other == word:
                    continue
                slips = distance(word, other, most)
                if slips <= most:
                    found[other], weights[other] = float(slips), count
        for other in self._other_beginnings(word):
            count = self.count(other)
            if count and other not in found:
                found[other], weights[other] = 1.5, count
        ranked = sorted(found, key=lambda other: (found[other], -weights[other], other))
        return [(other, found[other]) for other in ranked[:MOST_CORRECTIONS]]

    def _other_beginnings(self, word: str) -> set[str]:
        rest = word[1:]
        others = {word[1] + word[0] + word[2:], rest}
        for letter in self.initials:
            others |= {letter + rest, letter + word}
        return others - {word}


class Finder:
    """Asks one state of an index. Safe for threads."""

    def __init__(self, index: Index, language: str) -> None:
        self.searcher = index.searcher()
        self.vocabulary = Vocabulary(self.searcher)
        self._schema: Schema = index.schema
        self._language = language
        self._total = max(self.searcher.num_docs, 1)
        self._kept: dict[tuple[str, bool], tuple[Synonyms, Found]] = {}

    def words(self, text: str) -> list[str]:
        return list(dict.fromkeys(plain().analyze(prepared(text[:MAX_QUERY]))))[:MAX_WORDS]

    def stems(self, words: Sequence[str]) -> Words:
        return tuple((stemmed(self._language).analyze(word) or [word])[0] for word in words)

    def find(self, text: str, synonyms: Synonyms = NO_SYNONYMS, *, is_relaxed: bool = True) -> Found:
        """All products for a text. ``is_relaxed``: where no product has all the words, those that have some."""
        text = text[: MAX_QUERY + 1]
        kept = self._kept.get((text, is_relaxed))
        if kept is not None and kept[0] is synonyms:
            return kept[1]
        found = self._find(text, synonyms, is_relaxed=is_relaxed)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[text, is_relaxed] = synonyms, found
        return found

    def _find(self, text: str, synonyms: Synonyms, *, is_relaxed: bool) -> Found:
        exact = self._by_code(text)
        words = self.words(text)
        if not words:
            return Found(exact, [0.0] * len(exact), len(exact))
        ids, scores = self._run(self._with_phrase(self._slots(words, synonyms), words))
        if not ids and not exact:
            corrected = self._corrected(words)
            if corrected is not None:
                return corrected
            if is_relaxed and len(words) > 1:
                return self._some_of(words, synonyms)
        if not exact:
            return Found(ids, scores)
        known = set(exact)
        top = max(scores, default=0.0) + 1
        return Found(
            [*exact, *(pk for pk in ids if pk not in known)],
            [*([top] * len(exact)), *(score for pk, score in zip(ids, scores, strict=False) if pk not in known)],
            len(exact),
        )

    def completions(self, text: str, limit: int) -> list[str]:
        """What the last word may become, by the number of products that have it beside the other words."""
        words = self.words(text)
        if not words or text[-1:].isspace():
            return []
        before = None
        if len(words) > 1:
            before = Query.boolean_query([(Occur.Must, self._word(word, is_last=False)) for word in words[:-1]])
        terms = self.searcher.terms_with_prefix("spelling", words[-1], filter_query=before, limit=limit * 3)
        return [term for term, count in terms if count and not term[0].isdigit()][:limit]

    def _by_code(self, text: str) -> list[int]:
        if not text.strip() or len(text) > MAX_QUERY:
            return []
        forms = code_forms(text.replace("\x00", "").encode("utf-8", "ignore").decode())
        if not forms[0]:
            return []
        return self._run(Query.term_set_query(self._schema, "code", list(forms)), 20)[0]

    def _some_of(self, words: list[str], synonyms: Synonyms) -> Found:
        slots = self._slots(words, synonyms)
        for least in range(len(slots) - 1, 0, -1):
            ids, scores = self._run(
                Query.boolean_query([(Occur.Should, slot) for slot in slots], minimum_number_should_match=least)
            )
            if ids:
                dropped = tuple(word for word in words if not self._matches(self._word(word, is_last=False)))
                return Found(ids, scores, is_partial=True, dropped=dropped)
        return Found()

    def _corrected(self, words: list[str]) -> Found | None:
        """Words that no product has are taken for slips of others. None where that does not help."""
        unknown = {word for word in words if not self._matches(self._word(word, is_last=word == words[-1]))}
        slots, shown = [], []
        for word in words:
            options = self.vocabulary.corrections(word) if word in unknown else []
            if word not in unknown:
                slots.append(self._word(word, is_last=False))
                shown.append(word)
            elif options:
                slots.append(
                    _best([Query.boost_query(self._word(each, is_last=False), 0.7 / cost) for each, cost in options])
                )
                shown.append(options[0][0])
            else:
                return None
        if not unknown:
            return None
        ids, scores = self._run(Query.boolean_query([(Occur.Must, slot) for slot in slots]))
        return Found(ids, scores, shown=" ".join(shown)) if ids else None

    def _slots(self, words: list[str], synonyms: Synonyms) -> list[Query]:
        """One query for each word, or for each run of words that has another way of being said."""
        slots, at = [], 0
        stems = self.stems(words)
        while at < len(words):
            length, query = self._run_of_words(words, stems, at, synonyms)
            slots.append(query)
            at += length
        return slots

    def _run_of_words(self, words: list[str], stems: Words, at: int, synonyms: Synonyms) -> tuple[int, Query]:
        for length in range(min(synonyms.longest, len(words) - at), 0, -1):
            others = synonyms.groups.get(stems[at : at + length])
            if others:
                own = self._together(words[at : at + length], is_last=at + length == len(words))
                return length, _best(
                    [own, *(Query.boost_query(self._together(o, is_last=False), SYNONYM) for o in others)]
                )
        if at + 1 < len(words):
            one = words[at] + words[at + 1]
            if self.vocabulary.count(one):
                is_last = at + 2 == len(words)
                apart = self._together(words[at : at + 2], is_last=is_last)
                return 2, _best([apart, self._word(one, is_last=is_last)])
        return 1, self._word(words[at], is_last=at + 1 == len(words))

    def _together(self, words: Sequence[str], *, is_last: bool) -> Query:
        last = len(words) - 1
        parts = [self._word(word, is_last=is_last and place == last) for place, word in enumerate(words)]
        return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Must, part) for part in parts])

    def _word(self, word: str, *, is_last: bool) -> Query:
        stem = self.stems([word])[0]
        ways = [
            Query.boost_query(
                Query.term_query(self._schema, name, stem if name.endswith("_stem") else word, "freq"), weight
            )
            for name, weight in WEIGHTS.items()
        ]
        if is_last and len(word) > 1:
            ways += [
                Query.boost_query(
                    Query.fuzzy_term_query(self._schema, name, word, distance=0, prefix=True), weight
                )
                for name, weight in PREFIXES.items()
            ]  # fmt: skip
            if len(word) > 2:
                ways.append(Query.fuzzy_term_query(self._schema, "code", word, distance=0, prefix=True))
        ways += [self._parts(word, cut) for cut in self._cuts(word)]
        if self._language in COMPOUNDING and len(word) > 3:
            endings = self.vocabulary.ending(word)
            if endings:
                inside = Query.boolean_query(
                    [(Occur.Should, Query.term_set_query(self._schema, name, endings)) for name in ("title", "labels")]
                )
                ways.append(Query.boost_query(inside, ENDING * WEIGHTS["title"]))
        return _best(ways)

    def _cuts(self, word: str) -> list[int]:
        """Where a word that no product has falls into two that some have."""
        if len(word) < 2 * SHORTEST_PART or not word.isalpha() or self.vocabulary.count(word):
            return []
        count = self.vocabulary.count
        cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        return [cut for cut in cuts if count(word[:cut]) and count(word[cut:])][:2]

    def _parts(self, word: str, cut: int) -> Query:
        return Query.boolean_query(
            [
                (
                    Occur.Must,
                    _best([Query.term_query(self._schema, name, part, "freq") for name in ("title", "labels")]),
                )
                for part in (word[:cut], word[cut:])
            ]
        )

    def _with_phrase(self, slots: list[Query], words: list[str]) -> Query:
        clauses = [(Occur.Must, slot) for slot in slots]
        if len(words) > 1:
            near = Query.phrase_query(self._schema, "title", list(words), slop=1)
            clauses.append((Occur.Should, Query.boost_query(near, PHRASE)))
        return Query.boolean_query(clauses)

    def _matches(self, query: Query) -> bool:
        return bool(self.searcher.search(query, 1, count=False).hits)

    def _run(self, query: Query, limit: int | None = None) -> tuple[list[int], list[float]]:
        """Ids and scores, the best first."""
        hits = self.searcher.search(query, limit or self._total, count=False).hits
        ids: list[int] = self.searcher.fast_field_values("product", [address for _, address in hits])  # type: ignore[assignment]
        return ids, [score for score, _ in hits[:MOST_SCORES]]


def _best(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(list(queries), 0.1)
