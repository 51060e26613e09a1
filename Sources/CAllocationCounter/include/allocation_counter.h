#pragma once
#include <stdint.h>

/// Heap allocations the calling thread has made since it started: malloc, calloc, realloc and the aligned kinds.
uint64_t allocation_counter_of_thread(void);
