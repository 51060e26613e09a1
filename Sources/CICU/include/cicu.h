// A door to ICU that shows no ICU type: its headers clash with Foundation's own copy, and its function names are macros.
#ifndef CICU_H
#define CICU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A word break iterator for one locale. Not safe to share between threads.
typedef struct cicu_word_breaker cicu_word_breaker;

/// NULL when ICU or its data is missing. An unknown locale gets the root rules.
cicu_word_breaker *_Nullable cicu_word_breaker_open(const char *_Nonnull locale);
void cicu_word_breaker_close(cicu_word_breaker *_Nonnull breaker);

/// Borrows `utf8`, which must stay valid until the last `cicu_word_breaker_next`.
bool cicu_word_breaker_set_text(cicu_word_breaker *_Nonnull breaker, const uint8_t *_Nonnull utf8, int64_t length);

/// Byte offset of the next boundary (the first call gives the end of the first word), or -1 after the last.
int64_t cicu_word_breaker_next(cicu_word_breaker *_Nonnull breaker);

/// UTF-16 in, UTF-16 out: NFKC, full case folding, default ignorables removed. Units written, or -1 if they do not fit.
int32_t cicu_nfkc_casefold(
    const uint16_t *_Nonnull source, int32_t length, uint16_t *_Nonnull target, int32_t capacity);

/// UTF-16 in, UTF-16 out: canonical decomposition. Units written, or -1 if they do not fit.
int32_t cicu_nfd(const uint16_t *_Nonnull source, int32_t length, uint16_t *_Nonnull target, int32_t capacity);

/// Whether text may be cut before this scalar and both parts be folded alone with the same result.
bool cicu_has_fold_boundary_before(uint32_t scalar);

/// Ideographic, kana, or of a script whose words ICU finds by dictionary (Thai, Khmer, …): written without spaces.
bool cicu_is_unspaced(uint32_t scalar);

/// Of script Inherited or Hebrew and no kana voicing mark: an accent or an optional vowel point, if it is a mark at all.
bool cicu_is_accent(uint32_t scalar);

/// Decimal value 0–9 of a digit of any script, or -1.
int32_t cicu_digit_value(uint32_t scalar);

#endif
