// The bytes of openapi.json, put into the program by the C compiler: as an array in Swift they take it a minute and gigabytes.
#pragma once

#include <stddef.h>

/// UTF-8, for as long as the program runs.
const unsigned char *contract_bytes(void);
size_t contract_byte_count(void);
