"""Open joblib files that hold data and the few classes that a model needs, and no other: any other could run code."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler

_ARRAYS = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
}
_FITTED = _ARRAYS | {
    ("gensim.corpora.dictionary", "Dictionary"),
    ("gensim.models.ldamodel", "LdaModel"),
    ("gensim.models.ldamodel", "LdaState"),
    ("numpy", "float64"),
    ("numpy.random._mt19937", "MT19937"),
    ("numpy.random._pickle", "__bit_generator_ctor"),
    ("numpy.random._pickle", "__randomstate_ctor"),
    ("sklearn.feature_extraction.text", "TfidfTransformer"),
    ("sklearn.feature_extraction.text", "TfidfVectorizer"),
    ("sklearn.linear_model._logistic", "LogisticRegression"),
}


def mapped(file: Path) -> Any:
    """Open dicts, lists and arrays that were saved uncompressed; arrays are mapped.

    Raises:
        UnpicklingError: there is anything else in the file.
    """
    with open(file, "rb") as opened:
        return _Unpickler(str(file), opened, _ARRAYS, mmap_mode="c").load()


def fitted(file: Path) -> Any:
    """Open objects that scikit-learn and gensim fitted, saved compressed by zlib.

    Raises:
        UnpicklingError: there is anything else in the file.
    """
    try:
        content = io.BytesIO(zlib.decompress(file.read_bytes()))
    except zlib.error as error:
        raise pickle.UnpicklingError(f"it is not packed as it should be ({error})") from None
    return _Unpickler("", content, _FITTED).load()


class _Unpickler(NumpyUnpickler):  # type: ignore[misc]
    """joblib's, which finds the classes of a list alone."""

    dispatch = NumpyUnpickler.dispatch.copy()

    def __init__(
        self, name: str, opened: Any, allowed: Collection[tuple[str, str]], mmap_mode: str | None = None
    ) -> None:
        super().__init__(name, opened, ensure_native_byte_order=mmap_mode is None, mmap_mode=mmap_mode)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        """Give a class, or a function that makes an object."""
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"it holds {module}.{name}, which no model needs")
        return super().find_class(module, name)

    def load_build(self) -> None:
        """Give an object its state; an array of objects would be unpickled past this list."""
        state, made = self.stack[-1], self.stack[-2]
        if isinstance(made, NumpyArrayWrapper) and getattr(state.get("dtype"), "hasobject", True):
            raise pickle.UnpicklingError("it holds an array of objects, which no model needs")
        super().load_build()

    dispatch[pickle.BUILD[0]] = load_build
