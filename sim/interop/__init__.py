"""Other tools' formats, in and out, and what each cannot carry."""
