#include "quantized.h"

#include <string.h>

// No fused multiply-add, so that scales are the same on every machine.
#pragma clang fp contract(off)
#pragma clang diagnostic ignored "-Wpsabi"

#define GROUP RETNET_GROUP
#define LANES 16
#define INLINE static inline __attribute__((always_inline))

typedef float floats __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));

INLINE uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

INLINE float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#define BF16_NAN 0x7fc0

/// Groups below this magnitude become zero: their products are negligible, and their scales would be subnormal.
static const float least = 0x1p-100f;

/// The number with the largest magnitude; NaN if any number is not finite.
INLINE float largest_by_magnitude(const float *from, size_t count) {
  uint32_t largest = 0;
  float value = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t magnitude = bits_of(from[i]) & 0x7fffffff;
    if (magnitude > largest) {
      largest = magnitude;
      value = from[i];
    }
  }
  return largest >= 0x7f800000 ? __builtin_nanf("") : value;
}

/// Rounds to the nearest integer, ties to even: the last bit of the sum has the value 1. For |value| < 2^22.
INLINE float nearest(float value) { return value + 0x1.8p23f - 0x1.8p23f; }

INLINE uint16_t group_to_i8(const float *from, size_t count, int8_t *w) {
  float magnitude = float_of(bits_of(largest_by_magnitude(from, count)) & 0x7fffffff);
  if (!(magnitude >= least)) {
    memset(w, 0, count);
    return magnitude < least ? 0 : BF16_NAN;
  }
  // Rounded up, so that no number exceeds 127.
  uint16_t scale = (uint16_t)((bits_of(magnitude / 127) + 0xffff) >> 16);
  float step = float_of((uint32_t)scale << 16);
  for (size_t i = 0; i < count; i++) w[i] = (int8_t)nearest(from[i] / step);
  return scale;
}

INLINE void to_i8(const float *from, size_t rows, size_t columns, int8_t *w, uint16_t *scales) {
  for (size_t row = 0; row < rows; row++)
    for (size_t start = 0; start < columns; start += GROUP) {
      size_t count = columns - start < GROUP ? columns - start : GROUP;
      *scales++ = group_to_i8(from, count, w);
      from += count;
      w += count;
    }
}

INLINE float sum(floats f) {
  float total = 0;
  for (int lane = 0; lane < LANES; lane++) total += f[lane];
  return total;
}

INLINE floats round_to_i4(floats f, float factor) {
  floats rounded = f * factor + 0x1.8p23f - 0x1.8p23f;
  return __builtin_elementwise_min(__builtin_elementwise_max(rounded, (floats){0} - 8), (floats){0} + 7);
}

/// Rounds 64 numbers f to −8 … 7. For q = round(f · factor), the scale with the smallest Σ (f − s q)² is s = Σ f q / Σ
/// q², with error Σ f² − (Σ f q)² / Σ q². The factor with the largest (Σ f q)² / Σ q² is selected.
INLINE uint16_t group_to_i4(const float *from, size_t count, uint8_t *numbers) {
  float largest = largest_by_magnitude(from, count);
  memset(numbers, 8, GROUP);
  if (!(largest >= least || largest <= -least)) return largest == largest ? 0 : BF16_NAN;
  floats f[GROUP / LANES] = {{0}};
  memcpy(f, from, count * sizeof *from);
  float best = -1, factor = 0, scale = 0;
  for (int k = -18; k <= 18; k++) {
    // The largest number becomes ±5 to ±9.
    if (k > -10 && k < 10) continue;
    float candidate = (float)k * 0.5f / largest;
    floats products = {0}, squares = {0};
    for (int part = 0; part < GROUP / LANES; part++) {
      floats q = round_to_i4(f[part], candidate);
      products += f[part] * q;
      squares += q * q;
    }
    float product = sum(products), square = sum(squares), gain = product / square * product;
    if (gain > best) {
      best = gain;
      factor = candidate;
      scale = product / square;
    }
  }
  for (int part = 0; part < GROUP / LANES; part++) {
    floats q = round_to_i4(f[part], factor);
    for (int lane = 0; lane < LANES; lane++) numbers[part * LANES + lane] = (uint8_t)(int)(q[lane] + 8);
  }
  return (uint16_t)((bits_of(scale) + 0x7fff + (bits_of(scale) >> 16 & 1)) >> 16);
}

INLINE void to_i4(const float *from, size_t rows, size_t columns, uint8_t *w, uint16_t *scales) {
  for (size_t row = 0; row < rows; row++)
    for (size_t start = 0; start < columns; start += GROUP) {
      size_t count = columns - start < GROUP ? columns - start : GROUP;
      uint8_t numbers[GROUP];
      *scales++ = group_to_i4(from, count, numbers);
      from += count;
      for (size_t i = 0; i < count; i += 2) *w++ = (uint8_t)(numbers[i] | numbers[i + 1] << 4);
    }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void to_i8_avx2(
    const float *from, size_t rows, size_t columns, int8_t *w, uint16_t *scales) {
  to_i8(from, rows, columns, w, scales);
}

__attribute__((target("avx2"))) static void to_i4_avx2(
    const float *from, size_t rows, size_t columns, uint8_t *w, uint16_t *scales) {
  to_i4(from, rows, columns, w, scales);
}

#define CALL_WIDEST(name, ...)                                                                       \
  __builtin_cpu_init();                                                                              \
  if (__builtin_cpu_supports("avx2")) {                                                              \
    name##_avx2(__VA_ARGS__);                                                                        \
  } else {                                                                                           \
    name(__VA_ARGS__);                                                                               \
  }

#else

#define CALL_WIDEST(name, ...) name(__VA_ARGS__);

#endif

void retnet_f32_to_i8(const float *from, size_t rows, size_t columns, int8_t *w, uint16_t *scales) {
  CALL_WIDEST(to_i8, from, rows, columns, w, scales)
}

void retnet_f32_to_i4(const float *from, size_t rows, size_t columns, uint8_t *w, uint16_t *scales) {
  CALL_WIDEST(to_i4, from, rows, columns, w, scales)
}
