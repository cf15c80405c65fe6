#include "bfloat16.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)
#include <immintrin.h>

// The instruction adds products of pairs, (x₀ y₀ + x₁ y₁) for k and k + 1, to 16 sums. Both factors are therefore
// packed into panels of 16 rows of A or 16 columns of B, stored pair by pair: panel[p][i] contains entries 2p and 2p +
// 1 of its row i. Entries outside the matrix are zero.
//
// A tile of 8 rows and 48 columns of C is summed in 24 registers. The panels of B for a tile stay in the L1 cache while
// all panels of A, which stay in the L2 cache, are multiplied.

#define PANEL 16
#define TILE_ROWS 8
#define TILE_PANELS 3
/// Depth of a block in k: three panels of B are then 36 KiB.
#define DEPTH 384
/// Rows of A per packed block.
#define HEIGHT 512

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

INLINE size_t panels(size_t n) { return (n + PANEL - 1) / PANEL; }

#pragma clang attribute push(                                                                        \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512bf16"))), apply_to = function)

INLINE __mmask16 first(size_t count) { return count >= 16 ? 0xffff : (__mmask16)((1u << count) - 1); }

/// Transposes 16 rows of 16 words.
INLINE void transpose(__m512i r[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4)
    for (int j = 0; j < 2; j++) {
      r[i + 2 * j] = _mm512_unpacklo_epi64(t[i + j], t[i + j + 2]);
      r[i + 2 * j + 1] = _mm512_unpackhi_epi64(t[i + j], t[i + j + 2]);
    }
  for (int i = 0; i < 16; i += 8)
    for (int j = 0; j < 4; j++) {
      t[i + j] = _mm512_shuffle_i32x4(r[i + j], r[i + 4 + j], 0x88);
      t[i + 4 + j] = _mm512_shuffle_i32x4(r[i + j], r[i + 4 + j], 0xdd);
    }
  for (int i = 0; i < 8; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
    r[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd);
  }
}

/// Packs the rows of x, `[rows, depth]`, into panels. `step` is the row stride in numbers.
static void pack_rows(const float *x, size_t step, size_t rows, size_t depth, uint32_t *to) {
  const size_t pairs = (depth + 1) / 2;
  for (size_t row = 0; row < rows; row += PANEL, to += PANEL * pairs)
    for (size_t p = 0; p < pairs; p += 16) {
      const size_t left = depth - 2 * p;
      const __mmask16 low = first(left), high = left > 16 ? first(left - 16) : 0;
      __m512i v[16];
      for (size_t i = 0; i < 16; i++) {
        const float *from = x + (row + i) * step + 2 * p;
        v[i] = row + i >= rows ? _mm512_setzero_si512()
                               : (__m512i)_mm512_cvtne2ps_pbh(
                                     _mm512_maskz_loadu_ps(high, from + 16), _mm512_maskz_loadu_ps(low, from));
      }
      transpose(v);
      for (size_t i = 0; i < least(16, pairs - p); i++) _mm512_store_si512(to + PANEL * (p + i), v[i]);
    }
}

/// Packs the columns of x, `[depth, columns]`, into panels. `step` is the row stride in numbers.
static void pack_columns(const float *x, size_t step, size_t columns, size_t depth, uint32_t *to) {
  const size_t pairs = (depth + 1) / 2;
  const __m512i interleaved = _mm512_set_epi16(
      31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  for (size_t p = 0; p < pairs; p++, x += 2 * step)
    for (size_t column = 0; column < columns; column += PANEL) {
      const __mmask16 mask = first(columns - column);
      __m512 even = _mm512_maskz_loadu_ps(mask, x + column), odd = _mm512_setzero_ps();
      if (2 * p + 1 < depth) odd = _mm512_maskz_loadu_ps(mask, x + step + column);
      _mm512_store_si512(
          to + column * pairs + PANEL * p,
          _mm512_permutexvar_epi16(interleaved, (__m512i)_mm512_cvtne2ps_pbh(odd, even)));
    }
}

/// C of up to 8 rows and `width` panels of columns ← the products of half a panel of A with panels of B.
#define TILE(width)                                                                                  \
  static void tile##width(                                                                           \
      const uint32_t *a, const uint32_t *b, size_t pairs, size_t rows, size_t columns, int adding, float *c, size_t step) { \
    __m512 sums[TILE_ROWS][width];                                                                   \
    _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                            \
        _Pragma("unroll") for (int j = 0; j < width; j++) sums[i][j] = _mm512_setzero_ps();          \
    for (size_t p = 0; p < pairs; p++, a += PANEL, b += PANEL) {                                     \
      __m512bh y[width];                                                                             \
      _Pragma("unroll") for (int j = 0; j < width; j++) y[j] =                                       \
          (__m512bh)_mm512_load_si512(b + j * PANEL * pairs);                                        \
      _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++) {                                        \
        __m512bh x = (__m512bh)_mm512_set1_epi32((int)a[i]);                                         \
        _Pragma("unroll") for (int j = 0; j < width; j++) sums[i][j] =                               \
            _mm512_dpbf16_ps(sums[i][j], x, y[j]);                                                   \
      }                                                                                              \
    }                                                                                                \
    _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++) {                                          \
      if ((size_t)i >= rows) continue;                                                               \
      _Pragma("unroll") for (int j = 0; j < width; j++) {                                            \
        float *to = c + i * step + PANEL * j;                                                        \
        __mmask16 mask = first(columns - PANEL * j);                                                 \
        __m512 sum = sums[i][j];                                                                     \
        if (adding) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, to));                       \
        _mm512_mask_storeu_ps(to, mask, sum);                                                        \
      }                                                                                              \
    }                                                                                                \
  }

TILE(1)
TILE(2)
TILE(3)

/// Each thread's buffer for packed panels, freed when the thread ends. Allocating it per product takes 10% of the time.
struct packed {
  size_t words;
  uint32_t *memory;
};

static pthread_key_t packed_key;
static pthread_once_t packed_once = PTHREAD_ONCE_INIT;
static int has_packed_key;

static void free_packed(void *value) {
  struct packed *packed = value;
  free(packed->memory);
  free(packed);
}

static void make_packed_key(void) { has_packed_key = pthread_key_create(&packed_key, free_packed) == 0; }

/// An uninitialized buffer of `words` words; NULL if allocation fails.
static uint32_t *packed_memory(size_t words) {
  pthread_once(&packed_once, make_packed_key);
  if (!has_packed_key) return NULL;
  struct packed *packed = pthread_getspecific(packed_key);
  if (packed == NULL) {
    packed = calloc(1, sizeof *packed);
    if (packed == NULL || pthread_setspecific(packed_key, packed) != 0) {
      free(packed);
      return NULL;
    }
  }
  if (packed->words < words) {
    free(packed->memory);
    packed->memory = aligned_alloc(64, words * sizeof *packed->memory);
    packed->words = packed->memory == NULL ? 0 : words;
  }
  return packed->memory;
}

int retnet_has_bf16_product(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl");
}

int retnet_bf16_product(
    int transpose_a, int transpose_b, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b,
    size_t b_step, int adding, float *c, size_t c_step) {
  const size_t parts = (k + DEPTH - 1) / DEPTH, depth = (k / (parts > 0 ? parts : 1) + 2) / 2 * 2;
  const size_t height = least(m, HEIGHT), b_words = panels(n) * PANEL * depth / 2, a_words = panels(height) * PANEL * depth / 2;
  uint32_t *packed_b = packed_memory(a_words + b_words);
  if (packed_b == NULL) return 0;
  uint32_t *packed_a = packed_b + b_words;
  if (k == 0 && !adding)
    for (size_t row = 0; row < m; row++) memset(c + row * c_step, 0, n * sizeof *c);
  for (size_t start = 0; start < k; start += depth) {
    const size_t some = least(depth, k - start), pairs = (some + 1) / 2;
    if (transpose_b) pack_rows(b + start, b_step, n, some, packed_b);
    else pack_columns(b + start * b_step, b_step, n, some, packed_b);
    for (size_t top = 0; top < m; top += height) {
      const size_t rows = least(height, m - top);
      if (transpose_a) pack_columns(a + start * a_step + top, a_step, rows, some, packed_a);
      else pack_rows(a + top * a_step + start, a_step, rows, some, packed_a);
      for (size_t left = 0; left < n; left += TILE_PANELS * PANEL)
        for (size_t row = 0; row < rows; row += TILE_ROWS) {
          const uint32_t *x = packed_a + row / PANEL * PANEL * pairs + row % PANEL, *y = packed_b + left * pairs;
          float *to = c + (top + row) * c_step + left;
          const size_t tall = least(TILE_ROWS, rows - row), wide = least(TILE_PANELS * PANEL, n - left);
          const int sum = adding || start > 0;
          if (wide > 2 * PANEL) tile3(x, y, pairs, tall, wide, sum, to, c_step);
          else if (wide > PANEL) tile2(x, y, pairs, tall, wide, sum, to, c_step);
          else tile1(x, y, pairs, tall, wide, sum, to, c_step);
        }
    }
  }
  return 1;
}
#pragma clang attribute pop

#else

int retnet_has_bf16_product(void) { return 0; }

int retnet_bf16_product(
    int transpose_a, int transpose_b, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b,
    size_t b_step, int adding, float *c, size_t c_step) {
  return 0;
}

#endif

void retnet_round_to_bf16(const float *x, size_t step, size_t rows, size_t columns, float *to) {
  for (size_t row = 0; row < rows; row++, x += step, to += columns)
    for (size_t i = 0; i < columns; i++) {
      uint32_t bits;
      memcpy(&bits, x + i, sizeof bits);
      uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
      // Sets the quiet bit of a NaN, whose payload may be only in the dropped bits.
      if ((bits & 0x7fffffff) > 0x7f800000) rounded = (bits | 0x400000) & 0xffff0000;
      // Flushes subnormal numbers to zero, as the instruction does.
      if ((rounded & 0x7f800000) == 0) rounded &= 0x80000000;
      memcpy(to + i, &rounded, sizeof rounded);
    }
}
