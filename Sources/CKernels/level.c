#include "CKernels.h"
#include "vectors.h"

// Chosen by the same condition as the kernels.
static void level_plain(const char **name) {
#if defined(__aarch64__)
  *name = "NEON";
#else
  *name = "plain";
#endif
}

#if defined(__x86_64__)
static void level_avx2(const char **name) { *name = "AVX2"; }
static void level_avx512(const char **name) { *name = "AVX-512"; }
#endif

const char *retnet_vector_level(void) {
  const char *name = 0;
  CALL_WIDEST(level, &name)
  return name;
}
