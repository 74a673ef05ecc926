"""Joining what is the same, step by step, and never across a pair that has been told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Clusters(Generic[T]):
    """Disjoint sets of things (union-find by size), with pairs of sets that may not be joined.

    >>> sets = Clusters("abc")
    >>> sets.part("a", "c"), sets.join("a", "b"), sets.join("b", "c")
    (True, True, False)
    >>> sets.all()
    [['a', 'b'], ['c']]
    """

    def __init__(self, things: Iterable[T]) -> None:
        self._members: dict[T, list[T]] = {thing: [thing] for thing in things}
        self._root: dict[T, T] = {thing: thing for thing in self._members}
        self._foes: dict[T, set[T]] = defaultdict(set)

    def root(self, thing: T) -> T:
        """What stands for its set. Raises KeyError for a thing that is not among those given."""
        return self._root[thing]

    def members(self, thing: T) -> list[T]:
        """All of its set."""
        return self._members[self._root[thing]]

    def join(self, a: T, b: T) -> bool:
        """Make one set of the two; False where they have been told apart."""
        a, b = self._root[a], self._root[b]
        if a == b:
            return True
        if b in self._foes[a]:
            return False
        if len(self._members[a]) < len(self._members[b]):
            a, b = b, a
        for thing in self._members[b]:
            self._root[thing] = a
        self._members[a] += self._members.pop(b)
        for foe in self._foes.pop(b, ()):
            self._foes[foe].discard(b)
            self._foes[foe].add(a)
            self._foes[a].add(foe)
        return True

    def part(self, a: T, b: T) -> bool:
        """Keep the two sets apart from now on; False where they are one already."""
        a, b = self._root[a], self._root[b]
        if a == b:
            return False
        self._foes[a].add(b)
        self._foes[b].add(a)
        return True

    def apart(self, a: T, b: T) -> bool:
        """Whether they have been told apart."""
        return self._root[b] in self._foes.get(self._root[a], ())

    def all(self) -> list[list[T]]:
        """The sets, each in the order of the things given, and so among themselves."""
        order = {thing: place for place, thing in enumerate(self._root)}
        return sorted((sorted(s, key=order.__getitem__) for s in self._members.values()), key=lambda s: order[s[0]])
