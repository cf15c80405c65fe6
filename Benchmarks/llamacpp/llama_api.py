"""llama.cpp's C functions from the library that `xllamacpp` brings, as far as measuring needs them.

`xllamacpp` itself offers only llama.cpp's server, whose rates include sampling, text and the server's own loop. These
calls are those of llama.cpp's `llama-bench`: `llama_decode` alone, with random tokens and no sampling.

Parameters pass through as blocks of bytes that llama.cpp fills with its defaults. Of what is in them, only the first
number of a context's parameters, `n_ctx`, is set here. So a new version of llama.cpp with other fields still works.
"""

import ctypes
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int32, c_uint8, c_uint32, c_void_p
from pathlib import Path

import xllamacpp.xllamacpp as library


class Opaque(ctypes.Structure):
    """A structure passed by value, larger than any of llama.cpp's; the callee reads and writes its own part."""

    _fields_ = [("bytes", c_uint8 * 1024)]


class ContextParameters(ctypes.Structure):
    _fields_ = [("n_ctx", c_uint32), ("bytes", c_uint8 * 1020)]


LOG = ctypes.CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
FUNCTIONS = {
    "llama_backend_init": (None, []),
    "llama_log_set": (None, [LOG, c_void_p]),
    "llama_model_default_params": (Opaque, []),
    "llama_model_load_from_file": (c_void_p, [c_char_p, Opaque]),
    "llama_model_n_params": (ctypes.c_uint64, [c_void_p]),
    "llama_model_get_vocab": (c_void_p, [c_void_p]),
    "llama_vocab_n_tokens": (c_int32, [c_void_p]),
    "llama_context_default_params": (ContextParameters, []),
    "llama_init_from_model": (c_void_p, [c_void_p, ContextParameters]),
    "llama_n_ctx": (c_uint32, [c_void_p]),
    "llama_n_batch": (c_uint32, [c_void_p]),
    "llama_n_ubatch": (c_uint32, [c_void_p]),
    "llama_set_n_threads": (None, [c_void_p, c_int32, c_int32]),
    "llama_get_memory": (c_void_p, [c_void_p]),
    "llama_memory_clear": (None, [c_void_p, c_bool]),
    "llama_memory_seq_pos_max": (c_int32, [c_void_p, c_int32]),
    "llama_batch_get_one": (Opaque, [POINTER(c_int32), c_int32]),
    "llama_decode": (c_int32, [c_void_p, Opaque]),
    "llama_synchronize": (None, [c_void_p]),
    "llama_get_logits_ith": (POINTER(c_float), [c_void_p, c_int32]),
}


def bound() -> ctypes.CDLL:
    """The library with the types of its functions set, and its log silenced."""
    functions = ctypes.CDLL(library.__file__)
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(functions, name)
        function.restype, function.argtypes = result, arguments
    functions.llama_backend_init()
    return functions


@LOG
def silent(level, text, data) -> None:
    """Drops llama.cpp's messages."""


class Batch:
    """Tokens to decode. `tokens` may be written to between two calls."""

    def __init__(self, api: ctypes.CDLL, tokens: list[int]):
        self.tokens = (c_int32 * len(tokens))(*tokens)  # the batch points to this memory
        self.value = api.llama_batch_get_one(self.tokens, len(tokens))


class Llama:
    """A model with a context for one text."""

    def __init__(self, file: Path, context: int):
        self.api = bound()
        self.api.llama_log_set(silent, None)
        self.model = self.api.llama_model_load_from_file(str(file).encode(), self.api.llama_model_default_params())
        if not self.model:
            raise RuntimeError(f"llama.cpp cannot load {file}")
        parameters = self.api.llama_context_default_params()
        parameters.n_ctx = context
        self.context = self.api.llama_init_from_model(self.model, parameters)
        if not self.context or self.api.llama_n_ctx(self.context) != context:
            raise RuntimeError(f"llama.cpp makes no context of {context} tokens: its parameters have another layout")
        self.memory = self.api.llama_get_memory(self.context)
        self.vocabulary = self.api.llama_vocab_n_tokens(self.api.llama_model_get_vocab(self.model))

    def sizes(self) -> dict:
        """The parameters of the model as llama.cpp counts them, and the most tokens that it computes at once."""
        return {
            "parameters": self.api.llama_model_n_params(self.model), "batch": self.api.llama_n_batch(self.context),
            "microbatch": self.api.llama_n_ubatch(self.context)}

    def set_threads(self, threads: int) -> None:
        self.api.llama_set_n_threads(self.context, threads, threads)

    def clear(self) -> None:
        """Forgets the text: the next tokens start at position 0 with an empty cache."""
        self.api.llama_memory_clear(self.memory, False)

    def length(self) -> int:
        """Tokens that the cache holds."""
        return self.api.llama_memory_seq_pos_max(self.memory, 0) + 1

    def batch(self, tokens: list[int]) -> Batch:
        return Batch(self.api, tokens)

    def decode(self, batch: Batch) -> None:
        """Appends tokens to the text and computes the logits of the last."""
        status = self.api.llama_decode(self.context, batch.value)
        if status != 0:
            raise RuntimeError(f"llama_decode returns {status}")
        self.api.llama_synchronize(self.context)

    def logits(self) -> list[float]:
        """Of the last token, `[vocabulary]`."""
        return self.api.llama_get_logits_ith(self.context, -1)[:self.vocabulary]
