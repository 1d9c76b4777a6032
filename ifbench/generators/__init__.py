"""Engines that make responses: one protocol, one file a backend, imported on use."""

from __future__ import annotations

from ifbench.generators.base import (
    ENGINES,
    PLAIN_TEMPLATE,
    Engine,
    EngineOptions,
    Follow,
    Message,
    Reasoning,
    Renderer,
    Request,
    Sampling,
    check,
    create,
    ends_here,
    model_digest,
    renderer,
)

__all__ = [
    "ENGINES",
    "PLAIN_TEMPLATE",
    "Engine",
    "EngineOptions",
    "Follow",
    "Message",
    "Reasoning",
    "Renderer",
    "Request",
    "Sampling",
    "check",
    "create",
    "ends_here",
    "model_digest",
    "renderer",
]
