#ifndef RETNET_CKERNELS_H
#define RETNET_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "quantized.h"

// Products with weights that stay in the 16-bit type of their file. Every function uses the widest vector
// instructions that the processor has.

/// y ← W x, or y + W x where `adding` is not 0, in Float32. W is `[rows, columns]` of bfloat16 bit patterns.
void retnet_bf16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y);

/// As `retnet_bf16_times_vector`, with IEEE half-precision bit patterns.
void retnet_f16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y);

/// to[i] ← from[i], exact.
void retnet_bf16_to_f32(const uint16_t *from, size_t count, float *to);

/// to[i] ← from[i], exact, subnormals, infinities and NaN included.
void retnet_f16_to_f32(const uint16_t *from, size_t count, float *to);

#endif
