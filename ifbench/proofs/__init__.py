"""Proofs that a prompt set can be measured with: what `ifbench validate` shows beside its schema."""

from __future__ import annotations

from ifbench.proofs.findings import Finding, Proof
from ifbench.proofs.near_misses import NearMiss, near_misses_path, read_near_misses
from ifbench.proofs.prove import PROOFS, prove

__all__ = ["PROOFS", "Finding", "NearMiss", "Proof", "near_misses_path", "prove", "read_near_misses"]
