"""The class of processor: what decides in which way a machine adds 8-bit products, and so a vector's last digits."""

import functools
import platform
from pathlib import Path

# onnxruntime picks its kernels by these: integer dot products first, then the width of the vectors.
DECISIVE = (
    *("amx_int8", "avx512_vnni", "avx_vnni", "avx512f", "avx512bw", "avx2", "fma"),
    *("sve", "i8mm", "asimddp"),
)
# Those with one of these add products of 8 bits without loss.
EXACT = {"amx_int8", "avx512_vnni", "avx_vnni"}
INTEL_LIKE = {"x86_64", "amd64", "i686"}
CPUINFO = Path("/proc/cpuinfo")


@functools.cache
def processor_class() -> str:
    """Such as ``x86_64 avx2 avx512_vnni avx512bw avx512f fma``; the machine alone where its features are not told."""
    try:
        told = CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        told = ""
    return class_of(platform.machine(), told)


def saturates(processor: str) -> bool:
    """Whether this class cuts sums of unsigned times signed bytes off at 16 bits, as x86 without VNNI does."""
    machine, *features = processor.split()
    return machine.lower() in INTEL_LIKE and EXACT.isdisjoint(features)


def class_of(machine: str, cpuinfo: str) -> str:
    """The class of a ``machine`` whose first processor is told in ``cpuinfo`` (the text of /proc/cpuinfo)."""
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in {"flags", "Features"}:
            return " ".join([machine, *sorted(set(DECISIVE).intersection(value.split()))])
    return machine
