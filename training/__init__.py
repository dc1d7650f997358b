"""The library: everything that reads, fits, labels and keeps models. It knows no HTTP and no terminal.

Read it in this order; imports run downwards only.

Floor, what serving may use::

    errors      the error tree
    progress    how a slow step is watched
    characters  what each character is to a word
    kernels     the compiled loops
    spool       arrays in temporary files, mapped
    counts      how often each word, or pair of words, stands in a corpus
    article     what comes in: one Article
    readers     files and folders -> Articles: JSONL, CSV, Parquet, text, HTML, Reuters SGML
    automata    patterns as automata that match at least what they match
    needed      what patterns can't match without
    leftovers   what web extraction left in the text (signs: what that looks like)
    text        clean -> normalise -> tokenise; the only definition of each
    minhash     signatures by which near-duplicates are found
    seeds       labels and the terms that name them
    mentions    find seeds in an article
    focus       how central each mentioned label is
    spelling    how the words of a corpus are spelled
    tfidf       terms -> TF-IDF
    classifier  TF-IDF and focus -> one probability a label
    chronicle   what the articles of a corpus had of topics, day by day
    topics      LDA: the topics of an article, and what is known of each topic
    explain     which words and mentions decided
    language    which language it is
    model       Model: all that was fitted; model.label(article) -> Labelling
    marking     an article with what decided marked, for a page, a terminal or a notebook
    drawing     small pictures in SVG
    sheets      pages that stand on their own
    card        the model card: what a version was made of, how good it is, where it fails
    unpickling  open joblib files that hold what a model needs, and nothing else
    artifact    save, verify, load
    lock        one run at a time for a folder of models
    files       where versions lie, and how they are written: a folder
    objects     an object store: the few things done with it, and one error for whatever goes wrong
    remote      the same in an object store, with copies in a cache
    report      the morning report: how the night ended, as a page, a screen and data
    registry    versions in models/: publish, current, promote
    store       articles and judgments in a database
    worth       what the answer to one question would teach, and why

Offline, what the command line adds::

    addresses   which host an address leads to
    download    what an address gives, within limits
    fetch       bring a public corpus
    feeds       news feeds -> articles in the store
    settings    everything a training run can be told
    parallel    work spread over processes
    labelling   many articles labelled on all cores
    teaching    the questions whose answers would teach the most
    examples    what the classifier sees of all articles of a run, in temporary files
    fitting     judged and unjudged articles -> Classifier, with everything chosen on articles not seen
    discovery   the words of a corpus -> Topics, the same as yesterday's where they are the same theme
    corpus      the articles of a training run, each read once
    certainty   whether probabilities mean what they say
    evaluate    precision, recall, F1, average precision
    examine     a model on judged articles: its answers and its worst mistakes
    bootstrap   whether one model is better than another, or luckier
    drift       how tonight's news differs from that of the days before
    train       train(settings) -> Model
    collect     what a run trains on of the store
    gate        whether a challenger may take the champion's place
    morning     what the report tells beyond the models
    night       one night of retraining as it is told
    retrain     the nightly job
    frames      tables for notebooks
"""
