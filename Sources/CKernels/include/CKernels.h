#ifndef RETNET_CKERNELS_H
#define RETNET_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "bandwidth.h"
#include "bfloat16.h"
#include "quantized.h"

// Every function uses the widest vector instructions of the processor.

// Products with one vector. Each row is summed independently, in an order that does not depend on the type of W. Rows
// may therefore be computed separately, and equal weights of different types give equal bits.

/// y ← W x, or y + W x if `adding` is not 0, in Float32. W is `[rows, columns]`.
void retnet_f32_times_vector(const float *w, size_t rows, size_t columns, const float *x, int adding, float *y);

/// As `retnet_f32_times_vector`, for bfloat16 bit patterns.
void retnet_bf16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y);

/// As `retnet_f32_times_vector`, for IEEE half-precision bit patterns.
void retnet_f16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y);

/// to[i] ← from[i], exactly.
void retnet_bf16_to_f32(const uint16_t *from, size_t count, float *to);

/// to[i] ← from[i], exactly, including subnormals, infinities and NaN.
void retnet_f16_to_f32(const uint16_t *from, size_t count, float *to);

// Elementwise functions on `count` numbers. eˣ has a relative error below 2·10⁻⁷; x is clamped to ±87.

/// y ← g σ(g) ⊙ x. y may be x.
void retnet_silu_gate(const float *g, const float *x, size_t count, float *y);

/// dx ← g σ(g) ⊙ dy, dg ← (g σ(g))′ ⊙ x ⊙ dy. dx may be dy.
void retnet_silu_gate_backward(
    const float *g, const float *x, const float *dy, size_t count, float *dg, float *dx);

/// x ← e^(x − shift); returns Σ x.
float retnet_exponentials(float *x, float shift, size_t count);

/// sum ← Σ e^d and weighted ← Σ d e^d, with d = max(x − shift, −87). Smaller terms are negligible.
void retnet_exponential_sums(const float *x, float shift, size_t count, float *sum, float *weighted);

/// x · y.
float retnet_dot(const float *x, const float *y, size_t count);

/// y ← scale · x ⊙ w. A null w stands for ones.
void retnet_scaled(const float *x, const float *w, float scale, size_t count, float *y);

/// dw ← dw + scale · dy ⊙ x, then dy ← dy ⊙ w.
void retnet_weight_backward(const float *x, const float *w, float scale, size_t count, float *dy, float *dw);

/// dx ← (dy − along · x) · scale, or adds it to dx if `adding` is not 0.
void retnet_rms_backward(
    const float *x, const float *dy, float along, float scale, int adding, size_t count, float *dx);

/// The parameters of one update, named as in AdamW.swift.
struct retnet_adamw {
  float beta1, beta2, rest1, rest2, scale, step_size, root_correction, epsilon, kept;
};

/// g ← scale · g, then m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← kept p − step m / (√v root_correction + ε),
/// g ← 0.
void retnet_adamw(const struct retnet_adamw *numbers, size_t count, float *p, float *g, float *m, float *v);

/// a ← a + rest (p − a).
void retnet_average(const float *p, float rest, size_t count, float *a);

/// The parameters of dropout, named as in Dropout.swift.
struct retnet_dropout {
  uint64_t key;
  uint32_t threshold;
  float kept;
};

/// y ← f ⊙ x, or f ⊙ x + scale · residual if `residual` is not null. fᵢ = 0 if a hash of key and first + i is below the
/// threshold, else fᵢ = kept. y may be x. The result is the same on every machine.
void retnet_dropout(
    const struct retnet_dropout *numbers, const float *x, const float *residual, float scale, size_t first, size_t count,
    float *y);

/// Eq. 6 for one head and token: S ← γ S + kᵀ v, o ← q S. S is `[rows, columns]`, q and k `[rows]`, v and o
/// `[columns]`.
void retnet_retention_step(
    float *s, size_t rows, size_t columns, const float *q, const float *k, const float *v, float gamma, float *o);

/// Hints to the processor that the thread is in a spin loop.
static inline void retnet_spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// The name of the vector instructions that these functions use on this processor.
const char *retnet_vector_level(void);

/// The number of involuntary context switches of the calling thread; 0 if the system does not report it.
long retnet_times_interrupted(void);

#endif
