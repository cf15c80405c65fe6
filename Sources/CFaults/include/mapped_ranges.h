// A registry of mapped files that a signal handler can search.
#ifndef CFAULTS_MAPPED_RANGES_H
#define CFAULTS_MAPPED_RANGES_H

#include <stddef.h>

/// Registers the bytes of a mapped file under a name. Thread-safe.
void mapped_range_add(const void *start, size_t length, const char *name);

/// Removes the range that begins at `start`. Call it before `munmap`. Thread-safe.
void mapped_range_remove(const void *start);

/// The name of the range that contains an address; NULL if there is none. Async-signal-safe. The name is valid while
/// the range is registered.
const char *mapped_range_name(const void *address);

#endif
