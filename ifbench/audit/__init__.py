"""What the faults of published verifiers are worth, and what is wrong with a prompt set."""

from __future__ import annotations

from ifbench.audit.contradictions import Finding, audit_set
from ifbench.audit.faults import audit_runs

__all__ = ["Finding", "audit_runs", "audit_set"]
