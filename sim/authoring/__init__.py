"""Help for authors: new scenario files, importances from swing weights; text and numbers only, nothing is solved."""
