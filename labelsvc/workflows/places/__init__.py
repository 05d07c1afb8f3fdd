"""Places of records: the gazetteer that is shipped, records renewed by it, labels with former addresses."""
