"""Claims of documents, and who vouches for each number of a scenario; nothing here solves."""
