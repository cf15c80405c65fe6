#pragma once

#include <stddef.h>

// Bytes of the heap in use.
size_t heap_bytes(void);

// Bytes of this process in physical memory; 0 if the system does not say.
size_t resident_bytes(void);

// Writes each line of standard output at once, also to a pipe or file.
void use_line_output(void);
