"""The loops that numba compiles, each held equal to a plain reference by its tests.

They take and give arrays and numbers alone, keep nothing, and let go of the GIL; what they mean is said by the modules
that call them. Work is split into a fixed number of parts, never by the number of cores, so sums come out the same
everywhere.

::

    compiling   how a loop is compiled, and where that is kept
    hashing     words as 64-bit hashes, and tables of them in arrays
    tallies     how often numbers come, and their order
    words       code points -> words, where they stand, their sentences
    strings     where any of many strings ends
    automata    which automata a stretch of a text fits
    lines       code points -> lines, and which signs of leftovers they may have
    beside      what stands between words
    guards      what lets a mention count
    search      words -> mentions of seeds
    placing     mentions -> where they stand, and the features of focus
    weighing    words -> TF-IDF -> scores of labels
    counting    words -> in how many articles each stands
    alike       signatures -> which texts are near-duplicates
    lda         one sweep of the topics' fit; the topics of one article
    bags        words -> those that make topics, and what they weigh
    windows     how often words stand near each other
    judging     a text that was read -> mentions, labels, topics: all of the above in one call
    evidence    score -> what each mention and word added
    columns     words of some rows as sparse columns, and the products of rows
    sums        sums over rows for each of many problems
    logistic    logistic regressions side by side
"""
