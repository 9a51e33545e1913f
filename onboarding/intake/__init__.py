"""The desk where applications are read: from a JSON document to a checked ``ApplicationBody``, or to every fault in it.

Pure: nothing is looked up, fetched or stored here. What passes is kept as received, but for host names, which are kept
as A-labels in lower case.
"""
