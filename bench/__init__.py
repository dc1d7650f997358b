"""Measurements against what a user would pick instead, side by side in one run.

::

    labelling  speed, as ratios                       make bench
    task       articles to learn from and to ask about
    peers      what one would use instead to label
    ours       Foreign Desk, whole and with parts left out
    quality    F1 and calibration of all of these     make bench-quality
"""
