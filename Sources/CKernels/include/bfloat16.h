#ifndef RETNET_BFLOAT16_H
#define RETNET_BFLOAT16_H

#include <stddef.h>
#include <stdint.h>

/// Whether the processor has instructions for products of bfloat16 numbers (AVX512-BF16).
int retnet_has_bf16_product(void);

/// C ← op(A) op(B), or C + op(A) op(B) where `adding` is not 0: A and B are rounded to bfloat16, and products are summed in
/// Float32 in one order for each entry of C. op(A) is `[m, k]`, op(B) `[k, n]`, C `[m, n]`; each `step` counts numbers from
/// row to row, of A and B as they are stored.
///
/// Returns 0, with C as it was, where there is no memory for the rounded numbers. Only where `retnet_has_bf16_product`.
int retnet_bf16_product(
    int transpose_a, int transpose_b, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b,
    size_t b_step, int adding, float *c, size_t c_step);

/// to ← x rounded to bfloat16, ties to even, subnormal numbers to zero. x is `[rows, columns]` with `step` numbers from row
/// to row; the result has no gaps.
void retnet_round_to_bf16(const float *x, size_t step, size_t rows, size_t columns, float *to);

#endif
