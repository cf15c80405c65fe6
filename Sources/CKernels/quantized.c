#include "quantized.h"

#include <stdatomic.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Sums are rounded step by step in the order written, without implicit fused multiply-add.
#pragma clang fp contract(off)

// Vectors are passed only between inlined functions of one variant.
#pragma clang diagnostic ignored "-Wpsabi"

/// Sums have 8 lanes. Lane j has the products of numbers 4j to 4j + 3 of each half of a group.
#define LANES 8
typedef float floats __attribute__((vector_size(32)));
typedef int32_t ints __attribute__((vector_size(32)));
typedef int16_t shorts __attribute__((vector_size(32)));
typedef uint16_t words __attribute__((vector_size(32)));
typedef int8_t bytes __attribute__((vector_size(32)));

#define GROUP RETNET_GROUP
#define HALF (GROUP / 2)
/// Groups of W whose factors are computed together.
#define FACTORS 256
/// Prefetch distance of weights in bytes.
#define AHEAD 16384
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

INLINE size_t groups(size_t columns) { return (columns + GROUP - 1) / GROUP; }

INLINE float widen(uint16_t bits) {
  uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

// A row of x: the numbers of its groups, the last padded with zeros; then s of each group; then the initial value of
// each group's sum per lane: −8 Σ q for 4-bit weights, and −128 Σ q for 8-bit weights, for instructions that use 128 +
// w.

INLINE size_t factors_offset(size_t columns) { return groups(columns) * GROUP; }

INLINE size_t sums_offset(size_t columns) {
  return factors_offset(columns) + (groups(columns) * sizeof(float) + 63) / 64 * 64;
}

size_t retnet_rounded_row_bytes(size_t columns) {
  return sums_offset(columns) + (groups(columns) * sizeof(ints) + 63) / 64 * 64;
}

// For each instruction set: sum + the products of 32 numbers. The sums are exact, so all sets give the same result.

/// sum + a[2j] b[2j] + a[2j + 1] b[2j + 1] in lane j, which compilers map to one instruction.
INLINE ints add_pairs(ints sum, shorts a, shorts b) {
  typedef int32_t wide __attribute__((vector_size(64)));
  wide products = __builtin_convertvector(a, wide) * __builtin_convertvector(b, wide);
  return sum + __builtin_shufflevector(products, products, 0, 2, 4, 6, 8, 10, 12, 14)
      + __builtin_shufflevector(products, products, 1, 3, 5, 7, 9, 11, 13, 15);
}

INLINE ints add_signed_plain(ints sum, bytes w, bytes x) {
  shorts evenW = (shorts)((words)w << 8) >> 8, oddW = (shorts)w >> 8;
  shorts evenX = (shorts)((words)x << 8) >> 8, oddX = (shorts)x >> 8;
  return add_pairs(add_pairs(sum, evenW, evenX), oddW, oddX);
}

INLINE ints start_signed_plain(ints sums) { return (ints){0}; }

INLINE ints add_unsigned_plain(ints sum, bytes w0, bytes x0, bytes w1, bytes x1) {
  return add_signed_plain(add_signed_plain(sum, w0, x0), w1, x1);
}

static atomic_int limit = 2;

void retnet_quantized_limit(int level) { atomic_store_explicit(&limit, level, memory_order_relaxed); }

#define VARIANT(name) name##_plain
#include "quantized_variant.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
/// |w| ≤ 128 and |x| ≤ 127, so a sum of two products is below 2^15.
INLINE ints add_signed_avx2(ints sum, bytes w, bytes x) {
  __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8((__m256i)w), _mm256_sign_epi8((__m256i)x, (__m256i)w));
  return sum + (ints)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

INLINE ints start_signed_avx2(ints sums) { return (ints){0}; }

/// w < 16, so sums of four products are also below 2^15.
INLINE ints add_unsigned_avx2(ints sum, bytes w0, bytes x0, bytes w1, bytes x1) {
  __m256i pairs = _mm256_add_epi16(
      _mm256_maddubs_epi16((__m256i)w0, (__m256i)x0), _mm256_maddubs_epi16((__m256i)w1, (__m256i)x1));
  return sum + (ints)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

#define VARIANT(name) name##_avx2
#include "quantized_variant.h"
#pragma clang attribute pop

#pragma clang attribute push(                                                                        \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)
/// The instruction requires unsigned w: 128 + w, for which sums start at −128 Σ x.
INLINE ints add_signed_vnni(ints sum, bytes w, bytes x) {
  return (ints)_mm256_dpbusd_epi32((__m256i)sum, (__m256i)(w ^ -128), (__m256i)x);
}

INLINE ints start_signed_vnni(ints sums) { return sums; }

INLINE ints add_unsigned_vnni(ints sum, bytes w0, bytes x0, bytes w1, bytes x1) {
  return (ints)_mm256_dpbusd_epi32(
      _mm256_dpbusd_epi32((__m256i)sum, (__m256i)w0, (__m256i)x0), (__m256i)w1, (__m256i)x1);
}

#define VARIANT(name) name##_vnni
#include "quantized_variant.h"
#pragma clang attribute pop

#define CALL_WIDEST(name, ...)                                                                       \
  __builtin_cpu_init();                                                                              \
  int level = atomic_load_explicit(&limit, memory_order_relaxed);                                    \
  if (level > 1 && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")        \
      && __builtin_cpu_supports("avx512vl")) {                                                       \
    name##_vnni(__VA_ARGS__);                                                                        \
  } else if (level > 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {                                          \
    name##_avx2(__VA_ARGS__);                                                                        \
  } else {                                                                                           \
    name##_plain(__VA_ARGS__);                                                                       \
  }

#else

#define CALL_WIDEST(name, ...) name##_plain(__VA_ARGS__);

#endif

void retnet_i8_round(const float *x, size_t n, size_t stride, size_t columns, void *q) {
  CALL_WIDEST(i8_round, x, n, stride, columns, q)
}

void retnet_i4_round(const float *x, size_t n, size_t stride, size_t columns, void *q) {
  CALL_WIDEST(i4_round, x, n, stride, columns, q)
}

void retnet_i8_times(
    const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, const void *q, size_t n, int adding, float *y,
    size_t stride) {
  CALL_WIDEST(i8_times, w, scales, rows, columns, q, n, adding, y, stride)
}

void retnet_i4_times(
    const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, const void *q, size_t n, int adding, float *y,
    size_t stride) {
  CALL_WIDEST(i4_times, w, scales, rows, columns, q, n, adding, y, stride)
}

void retnet_i8_to_f32(const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, float *to) {
  CALL_WIDEST(i8_to_f32, w, scales, rows, columns, to)
}

void retnet_i4_to_f32(const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, float *to) {
  CALL_WIDEST(i4_to_f32, w, scales, rows, columns, to)
}
