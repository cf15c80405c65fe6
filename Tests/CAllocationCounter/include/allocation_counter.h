#pragma once

/// How often the calling thread has taken memory from the heap since it began. Counted with glibc and without a
/// sanitizer; -1 elsewhere.
long retnet_allocations_of_thread(void);
