"""Measurements against what a user would pick instead, side by side in one run.

::

    labelling  speed, as ratios                       make bench
    task       articles to learn from and to ask about
    peers      what one would use instead to label
    ours       Foreign Desk, whole and with parts left out
    http       calls against an endpoint whose answer is ready    python -m bench.http
    memory     memory and start of a service                      python -m bench.memory
    running    a server in a process of its own
    load       requests to it, as fast as it answers
    fixed      the endpoint whose answer is ready
    quality    F1 and calibration of all of these     make bench-quality
"""
