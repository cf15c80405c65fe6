// Included once per instruction set, with VARIANT(name) defined to give each function a distinct name, and with that
// set's `add_signed`, `start_signed` and `add_unsigned`. Helpers are included too, as the calling convention of vectors
// depends on the instruction set.

/// Rounds one group and returns its s, max |x| / 127: zero if x is zero, NaN if any x is not finite.
INLINE float VARIANT(round_group)(const float *x, size_t count, int8_t *q) {
  // Magnitudes are ordered like their bit patterns, with infinity and NaN above all numbers.
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7fffffff;
    largest = bits > largest ? bits : largest;
  }
  float magnitude;
  memcpy(&magnitude, &largest, sizeof magnitude);
  memset(q, 0, GROUP);
  if (largest >= 0x7f800000) return __builtin_nanf("");
  if (magnitude < 0x1p-100f) return 0;
  // The last bit of the sum has the value 1, so it is rounded to an integer, ties to even.
  float factor = 127 / magnitude;
  for (size_t i = 0; i < count; i++) {
    float shifted = x[i] * factor + 0x1.8p23f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    q[i] = (int8_t)bits;
  }
  return magnitude / 127;
}

/// −offset Σ q of one group, per lane of its products.
INLINE ints VARIANT(offset_sums)(const int8_t *q, int offset) {
  ints sums = {0};
  for (int lane = 0; lane < LANES; lane++)
    for (int i = 0; i < 4; i++) sums[lane] -= offset * (q[4 * lane + i] + q[HALF + 4 * lane + i]);
  return sums;
}

static void VARIANT(i8_round)(const float *x, size_t n, size_t stride, size_t columns, void *q) {
  for (size_t row = 0; row < n; row++, x += stride, q = (char *)q + retnet_rounded_row_bytes(columns)) {
    float *factors = (float *)((char *)q + factors_offset(columns));
    ints *sums = (ints *)((char *)q + sums_offset(columns));
    int8_t *to = q;
    for (size_t start = 0; start < columns; start += GROUP, to += GROUP) {
      size_t count = columns - start < GROUP ? columns - start : GROUP;
      *factors++ = VARIANT(round_group)(x + start, count, to);
      *sums++ = VARIANT(offset_sums)(to, 128);
    }
  }
}

/// In each group, even columns come first, then odd columns, as in the low and high halves of W's bytes.
static void VARIANT(i4_round)(const float *x, size_t n, size_t stride, size_t columns, void *q) {
  for (size_t row = 0; row < n; row++, x += stride, q = (char *)q + retnet_rounded_row_bytes(columns)) {
    float *factors = (float *)((char *)q + factors_offset(columns));
    ints *sums = (ints *)((char *)q + sums_offset(columns));
    int8_t *to = q;
    for (size_t start = 0; start < columns; start += GROUP, to += GROUP) {
      size_t count = columns - start < GROUP ? columns - start : GROUP;
      int8_t numbers[GROUP];
      *factors++ = VARIANT(round_group)(x + start, count, numbers);
      for (int i = 0; i < HALF; i++) {
        to[i] = numbers[2 * i];
        to[HALF + i] = numbers[2 * i + 1];
      }
      *sums++ = VARIANT(offset_sums)(to, 8);
    }
  }
}

INLINE bytes VARIANT(load)(const void *from) {
  bytes b;
  memcpy(&b, from, sizeof b);
  return b;
}

INLINE float VARIANT(sum)(floats f) {
  return ((f[0] + f[4]) + (f[2] + f[6])) + ((f[1] + f[5]) + (f[3] + f[7]));
}

/// The products of an 8-bit group of W with a group of x.
INLINE ints VARIANT(i8_products)(const void *w, bytes x0, bytes x1, ints sums) {
  bytes w0 = VARIANT(load)(w), w1 = VARIANT(load)((const char *)w + HALF);
  return VARIANT(add_signed)(VARIANT(add_signed)(VARIANT(start_signed)(sums), w0, x0), w1, x1);
}

/// The products of a 4-bit group of W, with x in the order of `i4_round`.
INLINE ints VARIANT(i4_products)(const void *w, bytes x0, bytes x1, ints sums) {
  words v;
  memcpy(&v, w, sizeof v);
  bytes low = (bytes)(v & 0x0f0f), high = (bytes)(v >> 4 & 0x0f0f);
  return VARIANT(add_unsigned)(sums, low, x0, high, x1);
}

/// Adds the products of the group of W at `from` to the totals of `some` rows of x.
#define ADD_GROUP(some, bits, from)                                                                  \
  {                                                                                                  \
    float scale = widen(scales[g]);                                                                  \
    for (int k = 0; k < some; k++) {                                                                 \
      const char *x = q + k * step;                                                                  \
      ints sum = VARIANT(i##bits##_products)(                                                        \
          from, VARIANT(load)(x + g * GROUP), VARIANT(load)(x + g * GROUP + HALF),                   \
          *(const ints *)(x + sums + g * sizeof(ints)));                                             \
      float factor = scale * ((const float *)(x + factors))[g];                                      \
      totals[k] += __builtin_convertvector(sum, floats) * factor;                                    \
    }                                                                                                \
  }

typedef float VARIANT(floats4) __attribute__((vector_size(16)));

/// The sums of the lanes of four vectors, each in the order of `sum`.
INLINE VARIANT(floats4) VARIANT(sums)(const floats f[4]) {
  VARIANT(floats4) half[4];
  for (int i = 0; i < 4; i++)
    half[i] = __builtin_shufflevector(f[i], f[i], 0, 1, 2, 3) + __builtin_shufflevector(f[i], f[i], 4, 5, 6, 7);
  VARIANT(floats4) a = __builtin_shufflevector(half[0], half[1], 0, 4, 1, 5)
      + __builtin_shufflevector(half[0], half[1], 2, 6, 3, 7);
  VARIANT(floats4) b = __builtin_shufflevector(half[2], half[3], 0, 4, 1, 5)
      + __builtin_shufflevector(half[2], half[3], 2, 6, 3, 7);
  return __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
}

/// to[r, g] ← scale[r, g] · factor[g].
INLINE void VARIANT(scale_rows)(const uint16_t *scales, const float *factors, size_t rows, size_t width, float *to) {
  typedef uint16_t four __attribute__((vector_size(8)));
  typedef uint32_t wide __attribute__((vector_size(16)));
  size_t g = 0;
  for (; g + 4 <= width; g += 4) {
    VARIANT(floats4) f;
    memcpy(&f, factors + g, sizeof f);
    for (size_t at = g, row = 0; row < rows; row++, at += width) {
      four s;
      memcpy(&s, scales + at, sizeof s);
      __builtin_prefetch(scales + at + FACTORS, 0, 2);  // for the next rows
      VARIANT(floats4) product = f * (VARIANT(floats4))(__builtin_convertvector(s, wide) << 16);
      memcpy(to + at, &product, sizeof product);
    }
  }
  for (; g < width; g++)
    for (size_t at = g, row = 0; row < rows; row++, at += width) to[at] = widen(scales[at]) * factors[g];
}

/// Products of four rows of W at a time with one row of x, up to the last multiple of four: x is read once for four
/// rows, and their lanes are summed together. Advances `row`, `w` and `scales`.
#define TIMES_BY_FOUR(bits)                                                                          \
  const size_t width = groups(columns), row_bytes = width * (GROUP * bits / 8);                      \
  const float *factors = (const float *)(q + factors_offset(columns));                               \
  const ints *sums = (const ints *)(q + sums_offset(columns));                                       \
  float scaled[FACTORS];                                                                             \
  const size_t tile = columns % GROUP == 0 ? FACTORS / (4 * width) * 4 : 0;                          \
  while (tile > 0 && row + 4 <= rows) {                                                              \
    size_t count = rows - row < tile ? (rows - row) / 4 * 4 : tile;                                  \
    VARIANT(scale_rows)(scales, factors, count, width, scaled);                                      \
    scales += count * width;                                                                         \
    const float *scale = scaled;                                                                     \
    for (size_t end = row + count; row < end; row += 4, w += 4 * row_bytes, scale += 4 * width) {    \
      floats totals[4] = {{0}};                                                                      \
      for (size_t g = 0; g < width; g++) {                                                           \
        bytes x0 = VARIANT(load)(q + g * GROUP), x1 = VARIANT(load)(q + g * GROUP + HALF);           \
        ints start = sums[g];                                                                        \
        for (int k = 0; k < 4; k++) {                                                                \
          const void *from = w + k * row_bytes + g * (GROUP * bits / 8);                             \
          __builtin_prefetch((const char *)from + AHEAD, 0, 2);                                      \
          ints sum = VARIANT(i##bits##_products)(from, x0, x1, start);                               \
          totals[k] += __builtin_convertvector(sum, floats) * scale[k * width + g];                  \
        }                                                                                            \
      }                                                                                              \
      VARIANT(floats4) total = VARIANT(sums)(totals), before = {0};                                  \
      if (adding) memcpy(&before, y + row, sizeof before);                                           \
      if (adding) total = before + total;                                                            \
      memcpy(y + row, &total, sizeof total);                                                         \
    }                                                                                                \
  }

/// Products of all rows of W from `row` on with `some` rows of x; q and y point to the first of them.
#define TIMES_ROWS(some, bits)                                                                       \
  const size_t group_bytes = GROUP * bits / 8;                                                       \
  size_t factors = factors_offset(columns), sums = sums_offset(columns);                             \
  size_t whole = columns / GROUP, rest = (columns % GROUP * bits + 7) / 8;                           \
  for (; row < rows; row++, w += rest, scales += groups(columns)) {                                  \
    floats totals[some] = {{0}};                                                                     \
    size_t g = 0;                                                                                    \
    for (; g < whole; g++, w += group_bytes) ADD_GROUP(some, bits, w)                                \
    if (rest > 0) {                                                                                  \
      uint8_t last[GROUP] = {0};                                                                     \
      memcpy(last, w, rest);                                                                         \
      ADD_GROUP(some, bits, last)                                                                    \
    }                                                                                                \
    for (int k = 0; k < some; k++) {                                                                 \
      float total = VARIANT(sum)(totals[k]);                                                         \
      y[k * stride + row] = adding ? y[k * stride + row] + total : total;                            \
    }                                                                                                \
  }

NOINLINE void VARIANT(i8_times_one)(
    const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, const char *q, size_t step, int adding,
    float *y, size_t stride) {
  size_t row = 0;
  {
    TIMES_BY_FOUR(8)
  }
  TIMES_ROWS(1, 8)
}

NOINLINE void VARIANT(i8_times_four)(
    const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, const char *q, size_t step, int adding,
    float *y, size_t stride) {
  size_t row = 0;
  TIMES_ROWS(4, 8)
}

NOINLINE void VARIANT(i4_times_one)(
    const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, const char *q, size_t step, int adding,
    float *y, size_t stride) {
  size_t row = 0;
  {
    TIMES_BY_FOUR(4)
  }
  TIMES_ROWS(1, 4)
}

NOINLINE void VARIANT(i4_times_four)(
    const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, const char *q, size_t step, int adding,
    float *y, size_t stride) {
  size_t row = 0;
  TIMES_ROWS(4, 4)
}

/// Processes W in tiles of rows that stay in a core's cache, with four rows of x at a time.
#define TIMES(times, row_bytes, step)                                                                \
  size_t tile = n > 4 ? 1 + 65536 / (1 + row_bytes) : rows;                                          \
  for (size_t first = 0; first < rows; first += tile) {                                              \
    size_t count = rows - first < tile ? rows - first : tile, k = 0;                                 \
    for (; k + 4 <= n; k += 4)                                                                       \
      VARIANT(times##_four)(                                                                         \
          w + first * row_bytes, scales + first * groups(columns), count, columns,                   \
          (const char *)q + k * step, step, adding, y + k * stride + first, stride);                 \
    for (; k < n; k++)                                                                               \
      VARIANT(times##_one)(                                                                          \
          w + first * row_bytes, scales + first * groups(columns), count, columns,                   \
          (const char *)q + k * step, step, adding, y + k * stride + first, stride);                 \
  }

static void VARIANT(i8_times)(
    const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, const void *q, size_t n, int adding, float *y,
    size_t stride) {
  TIMES(i8_times, columns, retnet_rounded_row_bytes(columns))
}

static void VARIANT(i4_times)(
    const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, const void *q, size_t n, int adding, float *y,
    size_t stride) {
  TIMES(i4_times, ((columns + 1) / 2), retnet_rounded_row_bytes(columns))
}

static void VARIANT(i8_to_f32)(const int8_t *w, const uint16_t *scales, size_t rows, size_t columns, float *to) {
  for (size_t row = 0; row < rows; row++, w += columns, to += columns)
    for (size_t start = 0; start < columns; start += GROUP) {
      size_t end = columns - start < GROUP ? columns : start + GROUP;
      float scale = widen(*scales++);
      for (size_t i = start; i < end; i++) to[i] = (float)w[i] * scale;
    }
}

static void VARIANT(i4_to_f32)(const uint8_t *w, const uint16_t *scales, size_t rows, size_t columns, float *to) {
  for (size_t row = 0; row < rows; row++, w += (columns + 1) / 2, to += columns)
    for (size_t start = 0; start < columns; start += GROUP) {
      size_t end = columns - start < GROUP ? columns : start + GROUP, i = start;
      float scale = widen(*scales++);
      for (; i + 2 <= end; i += 2) {
        to[i] = (float)((w[i / 2] & 15) - 8) * scale;
        to[i + 1] = (float)((w[i / 2] >> 4) - 8) * scale;
      }
      if (i < end) to[i] = (float)((w[i / 2] & 15) - 8) * scale;
    }
}

#undef ADD_GROUP
#undef TIMES_ROWS
#undef TIMES
#undef VARIANT
