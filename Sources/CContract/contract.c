#include "contract.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char bytes[] = {
#embed "openapi.json"
};

const unsigned char *contract_bytes(void) { return bytes; }
size_t contract_byte_count(void) { return sizeof bytes; }
