"""The class of processor names what decides in which way 8-bit products are added."""

import pytest

from charter.embedding import processor


@pytest.mark.parametrize(
    ("machine", "told", "named"),
    [
        ("x86_64", "flags\t\t: fpu avx2 fma sse2 avx512f avx512_vnni\n", "x86_64 avx2 avx512_vnni avx512f fma"),
        ("x86_64", "flags : fpu avx2 fma\n", "x86_64 avx2 fma"),
        ("aarch64", "Features\t: fp asimd asimddp i8mm\n", "aarch64 asimddp i8mm"),
        ("arm64", "", "arm64"),
        ("riscv64", "isa : rv64imafdc\n", "riscv64"),
    ],
)
def test_a_processor_has_a_class(machine, told, named):
    assert processor.class_of(machine, told) == named


@pytest.mark.parametrize(
    ("named", "cut_off"),
    [
        ("x86_64 avx2 fma", True),
        ("x86_64 avx512bw avx512f", True),
        ("x86_64", True),
        ("AMD64", True),
        ("x86_64 avx2 avx_vnni", False),
        ("x86_64 avx512_vnni", False),
        ("aarch64", False),
        ("arm64", False),
    ],
)
def test_a_processor_without_dot_products_cuts_sums_off(named, cut_off):
    assert processor.saturates(named) is cut_off


def test_this_machine_is_told_from_what_the_kernel_says(monkeypatch, tmp_path):
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "none")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    processor.processor_class.cache_clear()
    try:
        assert processor.processor_class() == "arm64"
    finally:
        processor.processor_class.cache_clear()
