#include "bandwidth.h"

typedef uint64_t line __attribute__((vector_size(64)));

/// Four independent sums, so that no iteration waits for the previous one.
#define READ_LINES(name)                                                                             \
  static uint64_t name(const line *lines, size_t count) {                                            \
    line a = {0}, b = {0}, c = {0}, d = {0};                                                         \
    size_t i = 0;                                                                                    \
    for (; i + 4 <= count; i += 4) {                                                                 \
      a ^= lines[i];                                                                                 \
      b ^= lines[i + 1];                                                                             \
      c ^= lines[i + 2];                                                                             \
      d ^= lines[i + 3];                                                                             \
    }                                                                                                \
    for (; i < count; i++) a ^= lines[i];                                                            \
    a = (a ^ b) ^ (c ^ d);                                                                           \
    uint64_t sum = 0;                                                                                \
    for (int lane = 0; lane < 8; lane++) sum ^= a[lane];                                             \
    return sum;                                                                                      \
  }

READ_LINES(read_plain)

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
READ_LINES(read_avx2)
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
READ_LINES(read_avx512)
#pragma clang attribute pop

#endif

uint64_t retnet_read_lines(const void *lines, size_t count) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return read_avx512(lines, count);
  if (__builtin_cpu_supports("avx2")) return read_avx2(lines, count);
#endif
  return read_plain(lines, count);
}
