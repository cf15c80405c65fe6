#include "lanes.h"

/// STEP(i, some) for all lanes of `count` elements. `some` is a constant except in the last step.
#define OVER(count, STEP)                                                                            \
  size_t whole = (count) / LANES * LANES;                                                            \
  for (size_t i = 0; i < whole; i += LANES) STEP(i, LANES);                                          \
  if (whole < (count)) STEP(whole, (count)-whole);

#define LOAD VARIANT(load_floats)
#define STORE VARIANT(store_floats)

/// x clamped to ±87; NaN stays NaN.
INLINE floats VARIANT(clamped)(floats x) {
  words low = (words)(x < -87), high = (words)(x > 87);  // both false for NaN
  return (floats)(((words)x & ~(low | high)) | ((words)((floats){0} - 87) & low) | ((words)((floats){0} + 87) & high));
}

/// eˣ for |x| ≤ 87: x = n ln 2 + r, eʳ as a polynomial of degree 7, 2ⁿ from the exponent bits.
INLINE floats VARIANT(exponential_within)(floats x) {
  floats shifted = x * 1.44269504f + 12582912.0f;
  floats n = shifted - 12582912.0f;
  floats r = (x - n * 0.693359375f) + n * 2.1219444e-4f;
  floats p = r * 1.98756915e-4f + 1.39819995e-3f;
  p = p * r + 8.33345191e-3f;
  p = p * r + 4.16657959e-2f;
  p = p * r + 1.66666655e-1f;
  p = p * r + 5.00000012e-1f;
  floats mantissa = p * r * r + r + 1;
  return mantissa * (floats)(((words)shifted + 127) << 23);
}

/// eˣ for any x, clamped to ±87.
INLINE floats VARIANT(exponential)(floats x) { return VARIANT(exponential_within)(VARIANT(clamped)(x)); }

INLINE floats VARIANT(sigmoid)(floats x) { return 1 / (1 + VARIANT(exponential)(-x)); }

INLINE void VARIANT(silu_gate_some)(const float *g, const float *x, size_t some, float *y) {
  floats a = LOAD(g, some);
  STORE(y, a * VARIANT(sigmoid)(a) * LOAD(x, some), some);
}

static void VARIANT(silu_gate)(const float *g, const float *x, size_t count, float *y) {
#define STEP(i, some) VARIANT(silu_gate_some)(g + (i), x + (i), some, y + (i))
  OVER(count, STEP)
#undef STEP
}

INLINE void VARIANT(silu_gate_backward_some)(
    const float *g, const float *x, const float *dy, size_t some, float *dg, float *dx) {
  floats a = LOAD(g, some), d = LOAD(dy, some), s = VARIANT(sigmoid)(a);
  STORE(dg, d * LOAD(x, some) * (s * (1 + a * (1 - s))), some);
  STORE(dx, d * (a * s), some);
}

static void VARIANT(silu_gate_backward)(
    const float *g, const float *x, const float *dy, size_t count, float *dg, float *dx) {
#define STEP(i, some) VARIANT(silu_gate_backward_some)(g + (i), x + (i), dy + (i), some, dg + (i), dx + (i))
  OVER(count, STEP)
#undef STEP
}

static void VARIANT(exponentials)(float *x, float shift, size_t count, float *sum) {
  floats sums = {0};
#define STEP(i, some) STORE(x + (i), VARIANT(exponential)(LOAD(x + (i), some) - shift), some), sums += LOAD(x + (i), some)
  OVER(count, STEP)
#undef STEP
  *sum = VARIANT(sum)(sums);
}

static void VARIANT(exponential_sums)(const float *x, float shift, size_t count, float *sum, float *weighted) {
  floats sums = {0}, weights = {0};
  for (size_t i = 0; i < count; i += LANES) {
    size_t some = count - i < LANES ? count - i : LANES;
    floats d = VARIANT(clamped)(LOAD(x + i, some) - shift), e = VARIANT(exponential_within)(d);
    if (some < LANES) e = LOAD((const float *)&e, some);  // lanes after the end are 0
    sums += e, weights += d * e;
  }
  *sum = VARIANT(sum)(sums);
  *weighted = VARIANT(sum)(weights);
}

static void VARIANT(dot)(const float *x, const float *y, size_t count, float *dot) {
  floats sums = {0};
#define STEP(i, some) sums += LOAD(x + (i), some) * LOAD(y + (i), some)
  OVER(count, STEP)
#undef STEP
  *dot = VARIANT(sum)(sums);
}

static void VARIANT(scaled)(const float *x, const float *w, float scale, size_t count, float *y) {
  if (w) {
#define STEP(i, some) STORE(y + (i), LOAD(x + (i), some) * scale * LOAD(w + (i), some), some)
    OVER(count, STEP)
#undef STEP
  } else {
#define STEP(i, some) STORE(y + (i), LOAD(x + (i), some) * scale, some)
    OVER(count, STEP)
#undef STEP
  }
}

static void VARIANT(weight_backward)(
    const float *x, const float *w, float scale, size_t count, float *dy, float *dw) {
#define STEP(i, some)                                                                                \
  STORE(dw + (i), LOAD(dw + (i), some) + LOAD(dy + (i), some) * LOAD(x + (i), some) * scale, some),  \
      STORE(dy + (i), LOAD(dy + (i), some) * LOAD(w + (i), some), some)
  OVER(count, STEP)
#undef STEP
}

static void VARIANT(rms_backward)(
    const float *x, const float *dy, float along, float scale, int adding, size_t count, float *dx) {
  if (adding) {
#define STEP(i, some)                                                                                \
  STORE(dx + (i), LOAD(dx + (i), some) + (LOAD(dy + (i), some) - LOAD(x + (i), some) * along) * scale, some)
    OVER(count, STEP)
#undef STEP
  } else {
#define STEP(i, some) STORE(dx + (i), (LOAD(dy + (i), some) - LOAD(x + (i), some) * along) * scale, some)
    OVER(count, STEP)
#undef STEP
  }
}

INLINE void VARIANT(adamw_some)(
    const struct retnet_adamw *c, size_t some, float *p, float *g, float *m, float *v) {
  floats gradient = LOAD(g, some) * c->scale;
  floats first = LOAD(m, some) * c->beta1 + gradient * c->rest1;
  floats second = LOAD(v, some) * c->beta2 + gradient * gradient * c->rest2;
  floats root = __builtin_elementwise_sqrt(second) * c->root_correction + c->epsilon;
  STORE(m, first, some);
  STORE(v, second, some);
  STORE(p, LOAD(p, some) * c->kept - first * c->step_size / root, some);
  STORE(g, (floats){0}, some);
}

static void VARIANT(adamw)(const struct retnet_adamw *c, size_t count, float *p, float *g, float *m, float *v) {
#define STEP(i, some) VARIANT(adamw_some)(c, some, p + (i), g + (i), m + (i), v + (i))
  OVER(count, STEP)
#undef STEP
}

static void VARIANT(average)(const float *p, float rest, size_t count, float *a) {
#define STEP(i, some) \
  STORE(a + (i), LOAD(a + (i), some) + (LOAD(p + (i), some) - LOAD(a + (i), some)) * rest, some)
  OVER(count, STEP)
#undef STEP
}

/// f for the lanes starting at entry `first`. The hash is Wellons' triple32, with the halves of the key mixed in before
/// it and after its first product.
INLINE floats VARIANT(dropout_factors)(const struct retnet_dropout *c, size_t first) {
  words h = (words){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + (uint32_t)first + (uint32_t)c->key;
  h ^= h >> 17;
  h *= 0xed5ad4bbu;
  h ^= (uint32_t)(c->key >> 32);
  h ^= h >> 11;
  h *= 0xac4c1b51u;
  h ^= h >> 15;
  h *= 0x31848babu;
  h ^= h >> 14;
  return (floats)((words)(h >= c->threshold) & (words)((floats){0} + c->kept));
}

static void VARIANT(dropout)(
    const struct retnet_dropout *c, const float *x, const float *residual, float scale, size_t first, size_t count,
    float *y) {
  if (residual) {
#define STEP(i, some)                                                                                \
  STORE(y + (i),                                                                                     \
        LOAD(x + (i), some) * VARIANT(dropout_factors)(c, first + (i)) + LOAD(residual + (i), some) * scale, some)
    OVER(count, STEP)
#undef STEP
  } else {
#define STEP(i, some) STORE(y + (i), LOAD(x + (i), some) * VARIANT(dropout_factors)(c, first + (i)), some)
    OVER(count, STEP)
#undef STEP
  }
}

#undef OVER
#undef LOAD
#undef STORE
