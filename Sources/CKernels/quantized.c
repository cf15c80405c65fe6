#include "quantized.h"

#include <stdatomic.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Every sum is rounded step by step in the order written, with or without fused instructions in the processor.
#pragma clang fp contract(off)

// Vectors are passed only between functions of one variant, all inlined.
#pragma clang diagnostic ignored "-Wpsabi"

/// Sums run over 8 lanes: lane j has the products of numbers 2j and 2j + 1 of each vector of 16.
typedef float floats __attribute__((vector_size(32)));
typedef int32_t ints __attribute__((vector_size(32)));
typedef int16_t shorts __attribute__((vector_size(32)));
typedef uint16_t words __attribute__((vector_size(32)));
typedef int8_t bytes __attribute__((vector_size(16)));

#define GROUP RETNET_GROUP
/// Columns of a vector.
#define WIDTH 16
/// Bytes that weights are asked for before they are used.
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

// A row of x: its groups' numbers, the last filled up with zeros; then each group's s; and for weights of 4 bits each
// group's −8 Σ q, in lanes.

INLINE size_t factors_offset(size_t columns) { return groups(columns) * GROUP * sizeof(int16_t); }

INLINE size_t sums_offset(size_t columns) {
  return factors_offset(columns) + (groups(columns) * sizeof(float) + 63) / 64 * 64;
}

size_t retnet_i8_row_bytes(size_t columns) { return sums_offset(columns); }

size_t retnet_i4_row_bytes(size_t columns) {
  return sums_offset(columns) + (groups(columns) * sizeof(ints) + 63) / 64 * 64;
}

/// sum + the products of 16 numbers each.
INLINE ints add_products_plain(ints sum, shorts a, shorts b) {
  typedef int32_t wide __attribute__((vector_size(64)));
  wide products = __builtin_convertvector(a, wide) * __builtin_convertvector(b, wide);
  return sum + __builtin_shufflevector(products, products, 0, 2, 4, 6, 8, 10, 12, 14)
      + __builtin_shufflevector(products, products, 1, 3, 5, 7, 9, 11, 13, 15);
}

static atomic_int limit = 2;

void retnet_quantized_limit(int level) { atomic_store_explicit(&limit, level, memory_order_relaxed); }

#define VARIANT(name) name##_plain
#include "quantized_variant.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
INLINE ints add_products_avx2(ints sum, shorts a, shorts b) {
  return sum + (ints)_mm256_madd_epi16((__m256i)a, (__m256i)b);
}

#define VARIANT(name) name##_avx2
#include "quantized_variant.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)
INLINE ints add_products_vnni(ints sum, shorts a, shorts b) {
  return (ints)_mm256_dpwssd_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
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
  } else if (level > 0 && __builtin_cpu_supports("avx2")) {                                          \
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
