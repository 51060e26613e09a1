// SwiftPM builds a C target only if it has a source file; everything is in the header.
#include "ccurl.h"
