"""tomotopy's LDA, by collapsed Gibbs sampling: python -m bench.peers.tomotopy FILE, with options as keys of JSON.

FILE holds the words of one article a line, as a list of JSON. It prints {"seconds", "topics": the first words of each}.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import tomotopy


def main() -> None:
    """Fit topics, and time that alone."""
    file, told = sys.argv[1], json.loads(sys.argv[2])
    lda = tomotopy.LDAModel(k=told["topics"], alpha=told["alpha"], eta=told["eta"], seed=0)
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            lda.add_doc(json.loads(line))
    start = time.perf_counter()
    with warnings.catch_warnings(action="ignore"):  # that it may differ from run to run
        lda.train(told["iterations"], workers=0)
    seconds = time.perf_counter() - start
    topics = [[word for word, _ in lda.get_topic_words(topic, told["first"])] for topic in range(told["topics"])]
    print(json.dumps({"seconds": seconds, "topics": topics}))


if __name__ == "__main__":
    main()
