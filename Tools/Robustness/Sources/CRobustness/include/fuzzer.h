#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libFuzzer, if the build links it (RETNET_LIBFUZZER).

typedef int (*fuzzer_input)(const uint8_t *bytes, size_t count);

// Whether the build links libFuzzer.
bool fuzzer_is_linked(void);

// Runs libFuzzer with its command line. Returns its exit status; 2 without libFuzzer.
int fuzzer_run(int *count, char ***arguments, fuzzer_input input);

// libFuzzer's own mutation of `count` of `capacity` bytes. Returns the new count; `count` without libFuzzer.
size_t fuzzer_mutate(uint8_t *bytes, size_t count, size_t capacity);
