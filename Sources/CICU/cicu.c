#include "cicu.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

struct cicu_word_breaker {
    UBreakIterator *iterator;
};

cicu_word_breaker *cicu_word_breaker_open(const char *locale) {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *iterator = ubrk_open(UBRK_WORD, locale, NULL, 0, &status);
    if (U_FAILURE(status)) return NULL;
    cicu_word_breaker *breaker = malloc(sizeof *breaker);
    if (breaker == NULL) {
        ubrk_close(iterator);
        return NULL;
    }
    breaker->iterator = iterator;
    return breaker;
}

void cicu_word_breaker_close(cicu_word_breaker *breaker) {
    ubrk_close(breaker->iterator);
    free(breaker);
}

bool cicu_word_breaker_set_text(cicu_word_breaker *breaker, const uint8_t *utf8, int64_t length) {
    UErrorCode status = U_ZERO_ERROR;
    UText text = UTEXT_INITIALIZER;
    utext_openUTF8(&text, (const char *)utf8, length, &status);
    ubrk_setUText(breaker->iterator, &text, &status);  // keeps a shallow clone
    utext_close(&text);
    return U_SUCCESS(status);
}

int64_t cicu_word_breaker_next(cicu_word_breaker *breaker) {
    return ubrk_next(breaker->iterator);
}

static int32_t normalise(
    const UNormalizer2 *form, const uint16_t *source, int32_t length, uint16_t *target, int32_t capacity,
    UErrorCode *status) {
    int32_t written = unorm2_normalize(form, source, length, target, capacity, status);
    return U_SUCCESS(*status) ? written : -1;
}

int32_t cicu_nfkc_casefold(const uint16_t *source, int32_t length, uint16_t *target, int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    return normalise(unorm2_getNFKCCasefoldInstance(&status), source, length, target, capacity, &status);
}

int32_t cicu_nfd(const uint16_t *source, int32_t length, uint16_t *target, int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    return normalise(unorm2_getNFDInstance(&status), source, length, target, capacity, &status);
}

bool cicu_has_fold_boundary_before(uint32_t scalar) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    return U_FAILURE(status) || unorm2_hasBoundaryBefore(form, (UChar32)scalar);
}

bool cicu_is_unspaced(uint32_t scalar) {
    UChar32 c = (UChar32)scalar;
    return u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) || uscript_hasScript(c, USCRIPT_HIRAGANA)
        || uscript_hasScript(c, USCRIPT_KATAKANA)
        || u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

bool cicu_is_accent(uint32_t scalar) {
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)scalar, &status);
    bool voicesKana = scalar == 0x3099 || scalar == 0x309A;
    return U_SUCCESS(status) && (script == USCRIPT_INHERITED || script == USCRIPT_HEBREW) && !voicesKana;
}

int32_t cicu_digit_value(uint32_t scalar) {
    return u_charDigitValue((UChar32)scalar);
}
