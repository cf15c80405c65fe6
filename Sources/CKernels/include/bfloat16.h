#ifndef RETNET_BFLOAT16_H
#define RETNET_BFLOAT16_H

#include <stddef.h>
#include <stdint.h>

/// Whether the processor has instructions for bfloat16 products (AVX512-BF16).
int retnet_has_bf16_product(void);

/// C ← op(A) op(B), or C + op(A) op(B) if `adding` is not 0. A and B are rounded to bfloat16; products are summed in
/// Float32, in a fixed order for each entry of C. op(A) is `[m, k]`, op(B) `[k, n]`, C `[m, n]`. Each `step` is the row
/// stride in numbers of A, B or C as stored.
///
/// Returns 0 and leaves C unchanged if the buffer cannot be allocated. Requires `retnet_has_bf16_product`.
int retnet_bf16_product(
    int transpose_a, int transpose_b, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b,
    size_t b_step, int adding, float *c, size_t c_step);

/// to ← x rounded to bfloat16, ties to even, subnormal numbers to zero. x is `[rows, columns]` with a row stride of
/// `step` numbers; the result is contiguous.
void retnet_round_to_bf16(const float *x, size_t step, size_t rows, size_t columns, float *to);

#endif
