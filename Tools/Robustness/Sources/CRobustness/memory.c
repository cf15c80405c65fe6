#include "memory.h"

#include <stdio.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <unistd.h>
#else
#include <malloc/malloc.h>
#endif

size_t heap_bytes(void) {
#ifdef __GLIBC__
  struct mallinfo2 use = mallinfo2();
  return use.uordblks + use.hblkhd;
#else
  return mstats().bytes_used;
#endif
}

size_t resident_bytes(void) {
#ifdef __GLIBC__
  size_t total = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file) return 0;
  int read = fscanf(file, "%zu %zu", &total, &resident);
  fclose(file);
  return read == 2 ? resident * (size_t)sysconf(_SC_PAGESIZE) : 0;
#else
  return 0;
#endif
}

void use_line_output(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
