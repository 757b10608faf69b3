"""Files that are sold.

Owns the files of digital goods and how long they can be downloaded. Words: file, version, withdrawn, terms.
Invariants: the bytes lie in the private storage and have no address; what was sold is never deleted, only withdrawn.
"""
