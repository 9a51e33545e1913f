"""The Merkle tree of RFC 6962: hashes of leaves, nodes and whole trees. Pure."""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 over ``0x00 || entry`` (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over ``0x01 || left || right`` (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: at most 64 hashes of complete subtrees, largest first."""

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []
        self.size = 0

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash (32 bytes)."""
        width, digest = 1, leaf
        while self._subtrees and self._subtrees[-1][0] == width:
            _, left = self._subtrees.pop()
            width, digest = width * 2, node_hash(left, digest)
        self._subtrees.append((width, digest))
        self.size += 1

    def root(self) -> bytes:
        """The tree's root; of the empty tree, SHA-256 of nothing."""
        if not self._subtrees:
            return EMPTY_ROOT
        digest = self._subtrees[-1][1]
        for _, left in reversed(self._subtrees[:-1]):
            digest = node_hash(left, digest)
        return digest


def root_of(leaves: Iterable[bytes] | Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()
