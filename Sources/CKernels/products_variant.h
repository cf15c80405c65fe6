#include "lanes.h"

INLINE words VARIANT(load)(const uint16_t *from, size_t count) {
  halves h = {0};
  memcpy(&h, from, count * sizeof *from);
  return __builtin_convertvector(h, words);
}

INLINE floats VARIANT(load_bf16)(const uint16_t *from, size_t count) {
  return (floats)(VARIANT(load)(from, count) << 16);
}

/// Rebases the exponent with a product by 2^112, which also normalizes subnormals. Infinity and NaN get the full
/// exponent.
INLINE floats VARIANT(widen_f16)(const uint16_t *from, size_t count) {
  words bits = VARIANT(load)(from, count);
  words rest = (bits & 0x7fff) << 13;
  words infinite = (words)(rest >= 0x0f800000u) & 0x7f800000u;
  return (floats)((words)((floats)rest * 0x1p112f) | infinite | ((bits & 0x8000) << 16));
}

/// The same numbers by the processor's instruction, if it has one. It may set a bit of a NaN, which is allowed in
/// products but not in copies.
INLINE floats VARIANT(load_f16)(const uint16_t *from, size_t count) {
#ifdef HAS_F16C
  typedef _Float16 numbers __attribute__((vector_size(32)));
  numbers h = {0};
  memcpy(&h, from, count * sizeof *from);
  return __builtin_convertvector(h, floats);
#else
  return VARIANT(widen_f16)(from, count);
#endif
}

/// Rows are contiguous, but each row ends before the hardware prefetcher detects the stream. Prefetches at least the
/// next four rows, as four are read at once, and into the L2 cache, as long rows would evict each other from L1.
#define AHEAD 8192
#define PREFETCH(w) __builtin_prefetch((const char *)(w) + ahead, 0, 2)

/// One vector of partial sums per row, so that a row's result does not depend on its neighbours. Four rows at once, so
/// that the sums are independent and x is read once for all four.
#define TIMES_VECTOR(type, load_w)                                                                   \
  size_t whole = columns / LANES * LANES, rest = columns - whole, row = 0;                           \
  size_t ahead = 4 * columns * sizeof *w > AHEAD ? 4 * columns * sizeof *w : AHEAD;                  \
  for (; row + 4 <= rows; row += 4, w += 4 * columns) {                                              \
    const type *w1 = w + columns, *w2 = w1 + columns, *w3 = w2 + columns;                            \
    floats a = {0}, b = {0}, c = {0}, d = {0};                                                       \
    for (size_t i = 0; i < whole; i += LANES) {                                                      \
      PREFETCH(w + i);                                                                               \
      PREFETCH(w1 + i);                                                                              \
      PREFETCH(w2 + i);                                                                              \
      PREFETCH(w3 + i);                                                                              \
      floats f = VARIANT(load_floats)(x + i, LANES);                                                 \
      a += load_w(w + i, LANES) * f;                                                                 \
      b += load_w(w1 + i, LANES) * f;                                                                \
      c += load_w(w2 + i, LANES) * f;                                                                \
      d += load_w(w3 + i, LANES) * f;                                                                \
    }                                                                                                \
    if (rest) {                                                                                      \
      floats f = VARIANT(load_floats)(x + whole, rest);                                              \
      a += load_w(w + whole, rest) * f;                                                              \
      b += load_w(w1 + whole, rest) * f;                                                             \
      c += load_w(w2 + whole, rest) * f;                                                             \
      d += load_w(w3 + whole, rest) * f;                                                             \
    }                                                                                                \
    floats4 sums = VARIANT(sums)(a, b, c, d), before = {0};                                          \
    if (adding) memcpy(&before, y + row, sizeof before);                                             \
    sums += before;                                                                                  \
    memcpy(y + row, &sums, sizeof sums);                                                             \
  }                                                                                                  \
  for (; row < rows; row++, w += columns) {                                                          \
    floats a = {0};                                                                                  \
    for (size_t i = 0; i < whole; i += LANES)                                                        \
      a += load_w(w + i, LANES) * VARIANT(load_floats)(x + i, LANES);                                \
    if (rest) a += load_w(w + whole, rest) * VARIANT(load_floats)(x + whole, rest);                  \
    y[row] = VARIANT(sum)(a) + (adding ? y[row] : 0);                                                \
  }

#define TO_FLOATS(load_w)                                                                            \
  for (size_t i = 0; i < count; i += LANES) {                                                        \
    size_t some = count - i < LANES ? count - i : LANES;                                             \
    VARIANT(store_floats)(to + i, load_w(from + i, some), some);                                     \
  }

static void VARIANT(f32_times_vector)(
    const float *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  TIMES_VECTOR(float, VARIANT(load_floats))
}

static void VARIANT(f16_times_vector)(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  TIMES_VECTOR(uint16_t, VARIANT(load_f16))
}

static void VARIANT(bf16_times_vector)(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  TIMES_VECTOR(uint16_t, VARIANT(load_bf16))
}

static void VARIANT(bf16_to_f32)(const uint16_t *from, size_t count, float *to) { TO_FLOATS(VARIANT(load_bf16)) }

static void VARIANT(f16_to_f32)(const uint16_t *from, size_t count, float *to) { TO_FLOATS(VARIANT(widen_f16)) }

#undef TIMES_VECTOR
#undef TO_FLOATS
#undef PREFETCH
#undef AHEAD
