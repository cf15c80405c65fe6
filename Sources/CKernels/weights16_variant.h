// Included once for each instruction set, with VARIANT(name) defined to give every function a name of its own. Helpers are
// part of it, as vectors are passed differently under different instruction sets.

INLINE words VARIANT(load)(const uint16_t *from, size_t count) {
  halves h = {0};
  memcpy(&h, from, count * sizeof *from);
  return __builtin_convertvector(h, words);
}

INLINE floats VARIANT(load_floats)(const float *from, size_t count) {
  floats f = {0};
  memcpy(&f, from, count * sizeof *from);
  return f;
}

INLINE floats VARIANT(widen_bf16)(words bits) { return (floats)(bits << 16); }

/// The exponent is rebased by a product with 2^112, which makes subnormals normal too; infinity and NaN get all its bits.
INLINE floats VARIANT(widen_f16)(words bits) {
  words rest = (bits & 0x7fff) << 13;
  words infinite = (words)(rest >= 0x0f800000u) & 0x7f800000u;
  return (floats)((words)((floats)rest * 0x1p112f) | infinite | ((bits & 0x8000) << 16));
}

/// Each row's product by four independent sums, so that none waits for the one before.
#define TIMES_VECTOR(widen)                                                                          \
  for (size_t row = 0; row < rows; row++, w += columns) {                                            \
    floats a = {0}, b = {0}, c = {0}, d = {0};                                                       \
    size_t i = 0;                                                                                    \
    for (; i + 4 * LANES <= columns; i += 4 * LANES) {                                               \
      a += widen(VARIANT(load)(w + i, LANES)) * VARIANT(load_floats)(x + i, LANES);                  \
      b += widen(VARIANT(load)(w + i + LANES, LANES)) * VARIANT(load_floats)(x + i + LANES, LANES);  \
      c += widen(VARIANT(load)(w + i + 2 * LANES, LANES)) * VARIANT(load_floats)(x + i + 2 * LANES, LANES); \
      d += widen(VARIANT(load)(w + i + 3 * LANES, LANES)) * VARIANT(load_floats)(x + i + 3 * LANES, LANES); \
    }                                                                                                \
    for (; i + LANES <= columns; i += LANES)                                                         \
      a += widen(VARIANT(load)(w + i, LANES)) * VARIANT(load_floats)(x + i, LANES);                  \
    if (i < columns)                                                                                 \
      b += widen(VARIANT(load)(w + i, columns - i)) * VARIANT(load_floats)(x + i, columns - i);      \
    floats lanes = (a + b) + (c + d);                                                                \
    float sum = 0;                                                                                   \
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];                                     \
    y[row] = adding ? y[row] + sum : sum;                                                            \
  }

#define TO_FLOATS(widen)                                                                             \
  for (size_t i = 0; i < count; i += LANES) {                                                        \
    size_t some = count - i < LANES ? count - i : LANES;                                             \
    floats f = widen(VARIANT(load)(from + i, some));                                                 \
    memcpy(to + i, &f, some * sizeof *to);                                                           \
  }

static void VARIANT(bf16_times_vector)(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  TIMES_VECTOR(VARIANT(widen_bf16))
}

static void VARIANT(f16_times_vector)(
    const uint16_t *w, size_t rows, size_t columns, const float *x, int adding, float *y) {
  TIMES_VECTOR(VARIANT(widen_f16))
}

static void VARIANT(bf16_to_f32)(const uint16_t *from, size_t count, float *to) { TO_FLOATS(VARIANT(widen_bf16)) }

static void VARIANT(f16_to_f32)(const uint16_t *from, size_t count, float *to) { TO_FLOATS(VARIANT(widen_f16)) }

#undef TIMES_VECTOR
#undef TO_FLOATS
#undef VARIANT
