"""The room's public pages: what was decided, by whom in kind; and who it is that reads them."""
