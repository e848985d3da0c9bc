"""One module a publisher: an official file in, a LoadedList out."""
