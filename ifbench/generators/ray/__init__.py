"""The ray engine: vLLM in several Ray actors; and Ray itself, started or joined."""
