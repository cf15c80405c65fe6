#include "CKernels.h"

#include <string.h>

// One body for all instruction sets: 16 lanes, which the compiler maps to whatever registers a target has. Sums run over
// the same lanes in the same order everywhere.
typedef float floats __attribute__((vector_size(64)));
typedef uint32_t words __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

// Vectors are passed only between functions of one variant, all inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define VARIANT(name) name##_plain
#include "weights16_variant.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VARIANT(name) name##_avx2
#include "weights16_variant.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,fma"))), apply_to = function)
#define VARIANT(name) name##_avx512
#include "weights16_variant.h"
#pragma clang attribute pop

#define CALL_WIDEST(name, ...)                                                                       \
  __builtin_cpu_init();                                                                              \
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {                    \
    name##_avx512(__VA_ARGS__);                                                                      \
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {                      \
    name##_avx2(__VA_ARGS__);                                                                        \
  } else {                                                                                           \
    name##_plain(__VA_ARGS__);                                                                       \
  }

#else

#define CALL_WIDEST(name, ...) name##_plain(__VA_ARGS__);

#endif

void retnet_bf16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  CALL_WIDEST(bf16_times_vector, w, rows, columns, x, adding, y)
}

void retnet_f16_times_vector(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  CALL_WIDEST(f16_times_vector, w, rows, columns, x, adding, y)
}

void retnet_bf16_to_f32(const uint16_t *from, size_t count, float *to) { CALL_WIDEST(bf16_to_f32, from, count, to) }

void retnet_f16_to_f32(const uint16_t *from, size_t count, float *to) { CALL_WIDEST(f16_to_f32, from, count, to) }
