"""The first page, the questions, the API reference, and the addresses of every page."""
