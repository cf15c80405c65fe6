#ifndef RETNET_QUANTIZED_H
#define RETNET_QUANTIZED_H

#include <stddef.h>
#include <stdint.h>

// Products with weights of 8 or 4 bits. A row is divided into groups of 64 columns; the last may be shorter. Each group
// has a scale, a bfloat16 bit pattern:
//
//     8 bits   W[r, c] = scale[r, c / 64] · w[r, c]
//     4 bits   W[r, c] = scale[r, c / 64] · (w[r, c] − 8),   columns 2i and 2i + 1 in the low and high half of byte i
//
// The other factor is rounded to 8 bits in the same groups, once for all rows of W:
//
//     x[c] ≈ s[c / 64] · q[c],   |q| ≤ 127
//     y[r] = Σ_g scale[r, g] · s[g] · Σ_{c in g} w[r, c] · q[c]
//
// The inner sum is exact. The outer sum uses the same lanes in the same order with all instruction sets and any number
// of rows, so the same numbers always give the same bits.

/// Columns per scale.
#define RETNET_GROUP 64

/// Bytes of one rounded row of x from `retnet_i8_round` or `retnet_i4_round`; a multiple of 64.
size_t retnet_rounded_row_bytes(size_t columns);

/// Rounds n rows of x for `retnet_i8_times`. `stride` is the row stride in floats. A group with NaN or infinity makes
/// all products NaN.
///
/// - q: n rows of `retnet_rounded_row_bytes(columns)`, 64-byte aligned.
void retnet_i8_round(const float *x, size_t n, size_t stride, size_t columns, void *q);

/// As `retnet_i8_round`, for `retnet_i4_times`.
void retnet_i4_round(const float *x, size_t n, size_t stride, size_t columns, void *q);

/// y ← x Wᵀ, or y + x Wᵀ if `adding` is not 0.
///
/// - w: `[rows, columns]`, scales: `[rows, ⌈columns / 64⌉]`.
/// - q: n rows of x from `retnet_i8_round`.
/// - y: `[n, rows]`, `stride` floats from row to row.
void retnet_i8_times(
    const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, const void *q, size_t n, int adding, float *y,
    size_t stride);

/// As `retnet_i8_times`, with w `[rows, ⌈columns / 2⌉]` and x from `retnet_i4_round`.
void retnet_i4_times(
    const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, const void *q, size_t n, int adding, float *y,
    size_t stride);

/// to ← W, `[rows, columns]`.
void retnet_i8_to_f32(const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, float *to);

/// As `retnet_i8_to_f32`, with w `[rows, ⌈columns / 2⌉]`.
void retnet_i4_to_f32(const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, float *to);

/// For tests: 0 disables vector instructions, 1 enables AVX2, 2 everything that the processor supports. Results do not
/// depend on it.
void retnet_quantized_limit(int level);

/// Rounds W, `[rows, columns]`, to 8 bits. A group's scale is the smallest that keeps its largest magnitude within 127.
/// A group with NaN or infinity becomes NaN.
void retnet_f32_to_i8(const float *from, size_t rows, size_t columns, int8_t *w, uint16_t *scales);

/// As `retnet_f32_to_i8`, to 4 bits. Of several candidate scales, a group gets the one with the smallest squared error.
void retnet_f32_to_i4(const float *from, size_t rows, size_t columns, uint8_t *w, uint16_t *scales);

#endif
