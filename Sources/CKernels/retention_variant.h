#include "lanes.h"

#define LOAD VARIANT(load_floats)
#define STORE VARIANT(store_floats)

/// Up to 2 vectors of columns of S and o, over all rows of S. o and v stay in registers.
INLINE void VARIANT(step_columns)(
    float *s, size_t rows, size_t stride, const float *q, const float *k, const float *v, float gamma, size_t first,
    size_t second, float *o) {
  floats v0 = LOAD(v, first), v1 = LOAD(v + LANES, second), o0 = {0}, o1 = {0};
  for (size_t i = 0; i < rows; i++, s += stride) {
    floats s0 = gamma * LOAD(s, first) + k[i] * v0;
    STORE(s, s0, first);
    o0 += q[i] * s0;
    if (second) {
      floats s1 = gamma * LOAD(s + LANES, second) + k[i] * v1;
      STORE(s + LANES, s1, second);
      o1 += q[i] * s1;
    }
  }
  STORE(o, o0, first);
  if (second) STORE(o + LANES, o1, second);
}

static void VARIANT(retention_step)(
    float *s, size_t rows, size_t columns, const float *q, const float *k, const float *v, float gamma, float *o) {
  size_t j = 0;
  for (; j + 2 * LANES <= columns; j += 2 * LANES)
    VARIANT(step_columns)(s + j, rows, columns, q, k, v + j, gamma, LANES, LANES, o + j);
  if (j + LANES <= columns) {
    VARIANT(step_columns)(s + j, rows, columns, q, k, v + j, gamma, LANES, 0, o + j);
    j += LANES;
  }
  if (j < columns) VARIANT(step_columns)(s + j, rows, columns, q, k, v + j, gamma, columns - j, 0, o + j);
}

#undef LOAD
#undef STORE
