"""The hf engine: transformers, on the CPU or any device torch has."""
