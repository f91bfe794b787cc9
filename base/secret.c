/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets and the redactor. The redactor keeps every form of every secret as a needle of its own;
 * where several match, the longest is replaced, so that a secret that begins like another leaves no
 * tail behind.
 */
#include "base/secret.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/encode.h"
#include "base/memory.h"

enum { SHORTEST_NEEDLE_BYTES = 4, LONGEST_FORM_BYTES = 1 << 20 };

struct secret secret_new(const char *bytes, size_t len)
{
    struct secret secret = {.bytes = memory_allocate(len + 1), .len = len};
    if (len > 0) {
        memcpy(secret.bytes, bytes, len);
    }
    secret.bytes[len] = '\0';
    return secret;
}

void secret_release(struct secret *secret)
{
    wipe(secret->bytes, secret->bytes == NULL ? 0 : secret->len);
    memory_free(secret->bytes);
    *secret = (struct secret){0};
}

bool secret_is_set(const struct secret *secret)
{
    return secret->bytes != NULL && secret->len > 0;
}

bool secret_breaks_header(const struct secret *secret)
{
    for (size_t i = 0; i < secret->len; i++) {
        if (secret->bytes[i] == '\r' || secret->bytes[i] == '\n' || secret->bytes[i] == '\0') {
            return true;
        }
    }
    return false;
}

/* ---- The redactor --------------------------------------------------------------------------- */

/* One form of a secret, and which of them it is one of. */
struct needle {
    struct secret form;
    size_t secret;
};

struct redactor {
    struct needle *needles;
    size_t n_needles;
    struct secret *secrets; /* as they were added, for their tokens */
    size_t n_secrets;
    struct secret key;
};

struct redactor *redactor_new(void)
{
    return memory_allocate_zeroed(1, sizeof(struct redactor));
}

void redactor_free(struct redactor *redactor)
{
    if (redactor == NULL) {
        return;
    }
    for (size_t i = 0; i < redactor->n_needles; i++) {
        secret_release(&redactor->needles[i].form);
    }
    for (size_t i = 0; i < redactor->n_secrets; i++) {
        secret_release(&redactor->secrets[i]);
    }
    secret_release(&redactor->key);
    memory_free(redactor->needles);
    memory_free(redactor->secrets);
    memory_free(redactor);
}

static bool has_needle(const struct redactor *redactor, const char *bytes, size_t len)
{
    for (size_t i = 0; i < redactor->n_needles; i++) {
        const struct secret *needle = &redactor->needles[i].form;
        if (needle->len == len && memcmp(needle->bytes, bytes, len) == 0) {
            return true;
        }
    }
    return false;
}

static void add_needle(struct redactor *redactor, const char *bytes, size_t len)
{
    if (len < SHORTEST_NEEDLE_BYTES || has_needle(redactor, bytes, len)) {
        return;
    }
    size_t size = (redactor->n_needles + 1) * sizeof *redactor->needles;
    redactor->needles = memory_resize(redactor->needles, size);
    redactor->needles[redactor->n_needles] =
        (struct needle){.form = secret_new(bytes, len), .secret = redactor->n_secrets - 1};
    redactor->n_needles++;
}

/* Of the digits that percent encoding writes: 0 to 9 and A to F. */
static char small_digit(char digit)
{
    return digit >= 'A' && digit <= 'F' ? (char)(digit - 'A' + 'a') : digit;
}

/* Percent-encoded with capitals and with small letters. */
static void add_percent_forms(struct redactor *redactor, struct buf *form, const char *bytes,
                              size_t len)
{
    buf_clear(form);
    encode_percent(form, bytes, len);
    add_needle(redactor, form->data, form->len);
    for (size_t i = 0; i + 2 < form->len; i++) {
        if (form->data[i] == '%') {
            form->data[i + 1] = small_digit(form->data[i + 1]);
            form->data[i + 2] = small_digit(form->data[i + 2]);
        }
    }
    add_needle(redactor, form->data, form->len);
}

/* Without the padding, which says nothing, and with both alphabets of RFC 4648. */
static void add_base64_forms(struct redactor *redactor, struct buf *form, const char *bytes,
                             size_t len)
{
    buf_clear(form);
    encode_base64(form, bytes, len);
    size_t n = form->len;
    while (n > 0 && form->data[n - 1] == '=') {
        n--;
    }
    add_needle(redactor, form->data, n);
    for (size_t i = 0; i < n; i++) {
        if (form->data[i] == '+') {
            form->data[i] = '-';
        } else if (form->data[i] == '/') {
            form->data[i] = '_';
        }
    }
    add_needle(redactor, form->data, n);
}

static void add_json_escaped(struct buf *form, char c, bool escapes_slash)
{
    static const char names[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *name = c == '\0' ? NULL : strchr(names, c);
    if (name != NULL) {
        buf_add_char(form, '\\');
        buf_add_char(form, letters[name - names]);
    } else if (c == '/' && escapes_slash) {
        buf_add(form, "\\/");
    } else if ((unsigned char)c < 0x20) {
        buf_printf(form, "\\u%04x", (unsigned)(unsigned char)c);
    } else {
        buf_add_char(form, c);
    }
}

/* A slash may be escaped in JSON and need not be. */
static void add_json_forms(struct redactor *redactor, struct buf *form, const char *bytes,
                           size_t len)
{
    for (int escapes_slash = 0; escapes_slash <= 1; escapes_slash++) {
        buf_clear(form);
        for (size_t i = 0; i < len; i++) {
            add_json_escaped(form, bytes[i], escapes_slash == 1);
        }
        add_needle(redactor, form->data, form->len);
    }
}

void redactor_add(struct redactor *redactor, const char *bytes, size_t len)
{
    if (bytes == NULL || len < SHORTEST_NEEDLE_BYTES) {
        return;
    }
    struct buf form;
    buf_init(&form, LONGEST_FORM_BYTES);
    redactor->secrets =
        memory_resize(redactor->secrets, (redactor->n_secrets + 1) * sizeof *redactor->secrets);
    redactor->secrets[redactor->n_secrets++] = secret_new(bytes, len);
    add_needle(redactor, bytes, len);
    add_percent_forms(redactor, &form, bytes, len);
    add_base64_forms(redactor, &form, bytes, len);
    add_json_forms(redactor, &form, bytes, len);
    buf_wipe(&form);
}

void redactor_set_key(struct redactor *redactor, const char *key, size_t len)
{
    secret_release(&redactor->key);
    redactor->key = secret_new(key, len);
}

/* The longest needle that `text` begins with; NULL when there is none. */
static const struct needle *match_needle(const struct redactor *redactor, const char *text)
{
    const struct needle *longest = NULL;
    for (size_t i = 0; i < redactor->n_needles; i++) {
        const struct secret *form = &redactor->needles[i].form;
        if ((longest == NULL || form->len > longest->form.len) && form->bytes[0] == text[0] &&
            strncmp(text, form->bytes, form->len) == 0) {
            longest = &redactor->needles[i];
        }
    }
    return longest;
}

static const char *token_for(const struct redactor *redactor, struct arena *arena,
                             const struct needle *needle, bool is_keyed)
{
    enum { TOKEN_DIGITS = 16 };
    const struct secret *secret = &redactor->secrets[needle->secret];
    return is_keyed
               ? arena_printf(arena, "[hidden:%.*s]", TOKEN_DIGITS,
                              digest_hmac_sha256_hex(arena, redactor->key.bytes, redactor->key.len,
                                                     secret->bytes, secret->len))
               : "[secret]";
}

static const char *replace_all(const struct redactor *redactor, struct arena *arena,
                               const char *text, bool is_keyed)
{
    if (redactor == NULL || text == NULL) {
        return text;
    }
    struct buf clean;
    buf_init(&clean, SIZE_MAX / 4);
    bool found = false;
    const char *rest = text;
    while (*rest != '\0') {
        const struct needle *needle = match_needle(redactor, rest);
        if (needle != NULL) {
            buf_add(&clean, token_for(redactor, arena, needle, is_keyed));
            rest += needle->form.len;
            found = true;
        } else {
            buf_add_char(&clean, *rest);
            rest++;
        }
    }
    const char *result = found ? arena_strndup(arena, clean.data, clean.len) : text;
    buf_release(&clean);
    return result;
}

const char *redact(const struct redactor *redactor, struct arena *arena, const char *text)
{
    return replace_all(redactor, arena, text, false);
}

const char *redact_keyed(const struct redactor *redactor, struct arena *arena, const char *text)
{
    assert(redactor->key.len > 0);
    return replace_all(redactor, arena, text, true);
}
