"""Open joblib files that hold data and the few classes that a model needs, and no other: any other could run code."""

from __future__ import annotations

import hashlib
import io
import math
import os
import pickle
import zlib
from collections.abc import Collection
from mmap import ACCESS_COPY, mmap
from pathlib import Path
from typing import Any

import numpy as np
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


def mapped(file: Path, digest: str) -> Any:
    """Open dicts, lists and arrays that were saved uncompressed; arrays are mapped, and no file is ever written to.

    Raises:
        UnpicklingError: there is anything else in the file, or it has another digest.
    """
    with open(file, "rb") as opened:
        memory = mmap(opened.fileno(), 0, access=ACCESS_COPY)
    _check(memory, digest)
    return _Unpickler(memory, _ARRAYS).load()


def fitted(file: Path, digest: str) -> Any:
    """Open objects that scikit-learn and gensim fitted, saved compressed by zlib.

    Raises:
        UnpicklingError: there is anything else in the file, or it has another digest.
    """
    packed = file.read_bytes()
    _check(packed, digest)
    try:
        content = io.BytesIO(zlib.decompress(packed))
    except zlib.error as error:
        raise pickle.UnpicklingError(f"it is not packed as it should be ({error})") from None
    return _Unpickler(content, _FITTED).load()


def _check(content: Any, digest: str) -> None:
    """Hold what is opened itself against a digest: the file of that name may be another since it was verified."""
    if hashlib.sha256(content).hexdigest() != digest:
        raise pickle.UnpicklingError("it was changed just now")


class _Mapped(NumpyArrayWrapper):  # type: ignore[misc]
    """An array that stays where it is in a mapped file."""

    def read(self, unpickler: NumpyUnpickler, ensure_native_byte_order: bool) -> Any:
        """Give the array; the file stands behind it afterwards."""
        memory, padded = unpickler.file_handle, self.safe_get_numpy_array_alignment_bytes() is not None
        memory.seek(memory.read_byte() if padded else 0, os.SEEK_CUR)
        count = math.prod(self.shape)
        flat = np.frombuffer(memory, self.dtype, count, memory.tell()) if count else np.empty(0, self.dtype)
        memory.seek(flat.nbytes, os.SEEK_CUR)
        return flat.reshape(self.shape, order=self.order)


class _Unpickler(NumpyUnpickler):  # type: ignore[misc]
    """joblib's, which finds the classes of a list alone."""

    dispatch = NumpyUnpickler.dispatch.copy()

    def __init__(self, opened: Any, allowed: Collection[tuple[str, str]]) -> None:
        super().__init__("", opened, ensure_native_byte_order=not isinstance(opened, mmap))
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        """Give a class, or a function that makes an object."""
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"it holds {module}.{name}, which no model needs")
        found = super().find_class(module, name)
        return _Mapped if found is NumpyArrayWrapper and isinstance(self.file_handle, mmap) else found

    def load_build(self) -> None:
        """Give an object its state; an array of anything but numbers would be unpickled past the list of classes."""
        state, made = self.stack[-1], self.stack[-2]
        dtype = state.get("dtype") if isinstance(made, NumpyArrayWrapper) else made
        if isinstance(made, NumpyArrayWrapper | np.dtype) and not _is_number(dtype):
            raise pickle.UnpicklingError("it holds an array of objects, which no model needs")
        if isinstance(made, np.dtype) and state != made.__reduce__()[2]:  # flags made up would turn data into pointers
            raise pickle.UnpicklingError("it holds an array of a type made up, which no model needs")
        super().load_build()

    dispatch[pickle.BUILD[0]] = load_build


def _is_number(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "biuf"
