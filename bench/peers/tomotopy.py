"""tomotopy's LDA, by collapsed Gibbs sampling: python -m bench.peers.tomotopy FILE MADE, with options as keys of JSON.

FILE holds the words of one article a line, as a list of JSON. It prints {"seconds", "words": all of them}, and writes
into MADE, as an array of numpy, how much each topic has of each word.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np
import tomotopy


def main() -> None:
    """Fit topics, and time that alone."""
    file, made, told = *sys.argv[1:3], json.loads(sys.argv[3])
    lda = tomotopy.LDAModel(k=told["topics"], alpha=told["alpha"], eta=told["eta"], seed=0)
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            lda.add_doc(json.loads(line))
    start = time.perf_counter()
    with warnings.catch_warnings(action="ignore"):  # that it may differ from run to run
        lda.train(told["iterations"], workers=0)
    seconds = time.perf_counter() - start
    np.save(made, [lda.get_topic_word_dist(topic, normalize=False) for topic in range(told["topics"])])
    print(json.dumps({"seconds": seconds, "words": list(lda.used_vocabs)}))


if __name__ == "__main__":
    main()
