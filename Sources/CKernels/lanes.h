// Loads, stores and sums of lanes. Included in each variant, as the calling convention of vectors depends on the
// instruction set.

INLINE floats VARIANT(load_floats)(const float *from, size_t count) {
  floats f = {0};
  memcpy(&f, from, count * sizeof *from);
  return f;
}

INLINE void VARIANT(store_floats)(float *to, floats f, size_t count) { memcpy(to, &f, count * sizeof *to); }

INLINE floats4 VARIANT(quarter)(floats a) {
  floats8 b = __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15);
  return __builtin_shufflevector(b, b, 0, 1, 2, 3) + __builtin_shufflevector(b, b, 4, 5, 6, 7);
}

/// The sums of the lanes of four vectors.
INLINE floats4 VARIANT(sums)(floats a, floats b, floats c, floats d) {
  floats4 p = VARIANT(quarter)(a), q = VARIANT(quarter)(b), r = VARIANT(quarter)(c), s = VARIANT(quarter)(d);
  floats4 pq = __builtin_shufflevector(p, q, 0, 4, 1, 5) + __builtin_shufflevector(p, q, 2, 6, 3, 7);
  floats4 rs = __builtin_shufflevector(r, s, 0, 4, 1, 5) + __builtin_shufflevector(r, s, 2, 6, 3, 7);
  return __builtin_shufflevector(pq, rs, 0, 1, 4, 5) + __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
}

/// The sum of a vector's lanes, in the order of `sums`.
INLINE float VARIANT(sum)(floats a) {
  floats4 p = VARIANT(quarter)(a);
  return (p[0] + p[2]) + (p[1] + p[3]);
}
