#pragma once

/// Before a function whose loops run over independent sums: it is compiled twice, and the one for
/// AVX2 runs where the processor has it. The digits are the same: each sum keeps its order, and no
/// multiplication is fused with an addition. Nothing where it cannot be had, and under sanitizers,
/// which cannot look into how the choice is made at start.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define EVOLT_WIDE_LOOPS __attribute__((target_clones("avx2", "default")))
#else
#define EVOLT_WIDE_LOOPS
#endif
