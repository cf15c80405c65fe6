#ifndef RETNET_VECTORS_H
#define RETNET_VECTORS_H

// Kernels have one implementation for all instruction sets, with vectors of 16 lanes, which the compiler maps to the
// registers of the target. Sums use the same lanes in the same order everywhere.
//
// A kernel file names its functions with VARIANT(name) in a separate header, and includes that header once per
// instruction set with "variants.h".

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef float floats __attribute__((vector_size(64)));
typedef uint32_t words __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));
typedef float floats8 __attribute__((vector_size(32)));
typedef float floats4 __attribute__((vector_size(16)));

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

// Vectors are passed only between inlined functions of one variant.
#pragma clang diagnostic ignored "-Wpsabi"

#if defined(__x86_64__)
#define CALL_WIDEST(name, ...)                                                                       \
  __builtin_cpu_init();                                                                              \
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {                    \
    name##_avx512(__VA_ARGS__);                                                                      \
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&                               \
             __builtin_cpu_supports("f16c")) {                      \
    name##_avx2(__VA_ARGS__);                                                                        \
  } else {                                                                                           \
    name##_plain(__VA_ARGS__);                                                                       \
  }
#else
#define CALL_WIDEST(name, ...) name##_plain(__VA_ARGS__);
#endif

#endif
