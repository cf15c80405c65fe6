#ifndef RETNET_BANDWIDTH_H
#define RETNET_BANDWIDTH_H

#include <stddef.h>
#include <stdint.h>

/// Reads `count` lines of 64 bytes, 64-byte aligned, at the highest rate. Returns a checksum, so that the compiler
/// cannot skip any byte.
uint64_t retnet_read_lines(const void *lines, size_t count);

#endif
