"""The openai engine: a server that speaks OpenAI's chat completions."""
