"""Measurements against what a user would pick instead, side by side in one run: make bench.

::

    labelling     articles in one process: ours, the hand-made service's work, fastText
    steps         where the time of labelling goes
    sizes         cost against length, labels and topics (picture: how it is drawn)
    serving       calls over HTTP: ours, the hand-made service, Annif (annif: its project)
    http          calls against an endpoint whose answer is ready; alone: python -m bench.http
    topics        finding topics: ours, gensim, tomotopy, scikit-learn (topic_fits: the ways, topic_words: how good)
    training      training classifiers: ours, scikit-learn; alone: python -m bench.training FILE
    growth        training: memory and time against the size of the corpus; alone: python -m bench.growth FILE
    swap          calls while a newly promoted model is taken: python -m bench.swap
    memory        memory and start of a service; alone: python -m bench.memory

    setting       what these share: articles, the model, what peers learn from
    rounds        ways to do one thing, timed in turn
    machine       what it runs on, and what that can do at best
    report        tables, and the page they are put into
    running       a server in a process of its own
    load          requests to it, as fast as it answers
    fixed         the endpoint whose answer is ready (empty: one that does nothing)
    environments  an environment for each peer, made on first use
    workers       talks to a peer's script
    peers/        these scripts, one a peer

    quality       F1 and calibration side by side: make bench-quality
    task          articles to learn from and to ask about
    alternatives  what one would use instead to label
    ours          Foreign Desk, whole and with parts left out
"""
