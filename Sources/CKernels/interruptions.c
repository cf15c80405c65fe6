#define _GNU_SOURCE  // RUSAGE_THREAD
#include "CKernels.h"

#if defined(__linux__)
#include <sys/resource.h>

long retnet_times_interrupted(void) {
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}
#else
long retnet_times_interrupted(void) { return 0; }
#endif
