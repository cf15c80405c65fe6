#include "mapped_ranges.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// An entry of the registry. Entries are reused and never freed, so that a handler can follow the list at any time.
struct entry {
  /// The first address; `unused` or `changing` if the entry has no range.
  _Atomic uintptr_t start;
  size_t length;
  char *name;
  struct entry *next;
};

enum { unused = 0, changing = 1 };

static _Atomic(struct entry *) first;

/// An unused entry, which the caller then owns.
static struct entry *new_entry(void) {
  for (struct entry *entry = atomic_load(&first); entry; entry = entry->next) {
    uintptr_t expected = unused;
    if (atomic_compare_exchange_strong(&entry->start, &expected, changing)) return entry;
  }
  struct entry *entry = calloc(1, sizeof *entry);
  if (!entry) return NULL;
  atomic_init(&entry->start, changing);
  entry->next = atomic_load(&first);
  while (!atomic_compare_exchange_weak(&first, &entry->next, entry)) {}
  return entry;
}

void mapped_range_add(const void *start, size_t length, const char *name) {
  struct entry *entry = new_entry();
  if (!entry) return;  // Without memory for the entry, a fault in this range is reported without the file's name.
  entry->length = length;
  entry->name = strdup(name);
  atomic_store(&entry->start, (uintptr_t)start);
}

void mapped_range_remove(const void *start) {
  for (struct entry *entry = atomic_load(&first); entry; entry = entry->next) {
    uintptr_t expected = (uintptr_t)start;
    if (!atomic_compare_exchange_strong(&entry->start, &expected, changing)) continue;
    free(entry->name);
    entry->name = NULL;
    atomic_store(&entry->start, unused);
    return;
  }
}

const char *mapped_range_name(const void *address) {
  uintptr_t wanted = (uintptr_t)address;
  for (struct entry *entry = atomic_load(&first); entry; entry = entry->next) {
    uintptr_t start = atomic_load(&entry->start);
    if (start > changing && wanted >= start && wanted - start < entry->length) return entry->name;
  }
  return NULL;
}
