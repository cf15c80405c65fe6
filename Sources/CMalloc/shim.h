#pragma once
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/// Lets blocks below 32 MiB that were released be taken again at once, by any thread, instead of coming from the system
/// anew or being held once per thread. Nothing where the C library is not glibc.
static inline void malloc_keep_released_blocks(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}
