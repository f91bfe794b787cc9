/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short list. What a target asks for is written down as one text: two that ask alike have the
 * same.
 */
#include "cli/shelf.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"
#include "checks/kind.h"
#include "model/names.h"
#include "rules/load.h"

enum {
    MOST_IDLE = 8, /* kept although nobody needs them */
    LARGEST_KEY_BYTES = 1024 * 1024,
    PARTING = '\x1f' /* stands in no text of a target */
};

struct book {
    struct arena *arena;
    const char *key;
    struct pack **packs;
    size_t n_packs;
    size_t n_taken;
};

struct shelf {
    struct book **books; /* the one used last at the end */
    size_t n_books;
};

struct shelf *shelf_new(void)
{
    return memory_allocate_zeroed(1, sizeof(struct shelf));
}

static void free_book(struct book *book)
{
    arena_free(book->arena);
    memory_free(book);
}

void shelf_free(struct shelf *shelf)
{
    if (shelf == NULL) {
        return;
    }
    for (size_t i = 0; i < shelf->n_books; i++) {
        free_book(shelf->books[i]);
    }
    memory_free(shelf->books);
    memory_free(shelf);
}

/* ---- What is asked for ---------------------------------------------------------------------- */

static void add_text(struct buf *key, const char *text)
{
    buf_add(key, text == NULL ? "" : text);
    buf_add_char(key, text == NULL ? PARTING + 1 : PARTING);
}

static void add_pairs(struct buf *key, const struct pairs *pairs)
{
    buf_printf(key, "%zu", pairs->n_items);
    for (size_t i = 0; i < pairs->n_items; i++) {
        add_text(key, pairs->items[i].key);
        add_text(key, pairs->items[i].value);
    }
}

static void add_packs(struct buf *key, const struct target *target)
{
    for (size_t i = 0; i < target->n_packs; i++) {
        add_text(key, target->packs[i].name);
        add_text(key, target->packs[i].credential);
        add_pairs(key, &target->packs[i].set);
    }
}

static void add_credentials(struct buf *key, const struct target *target)
{
    for (size_t i = 0; i < target->n_credentials; i++) {
        const struct credential *credential = &target->credentials[i];
        add_text(key, credential->name);
        add_text(key, credential_kind_name(credential->kind));
        add_text(key, credential->kind_is_unread ? "unread" : "");
        add_text(key, credential->user_name);
        add_text(key, credential->client_id);
    }
}

/* All that packs_load() looks at; NULL when it is too much for a key. */
static const char *key_of(struct arena *arena, const struct target *target)
{
    struct buf key;
    buf_init(&key, LARGEST_KEY_BYTES);
    add_packs(&key, target);
    add_pairs(&key, &target->set);
    add_credentials(&key, target);
    for (size_t i = 0; i < target->n_waivers; i++) {
        add_text(&key, target->waivers[i].check);
    }
    const char *text = buf_ok(&key) ? arena_strdup(arena, key.data) : NULL;
    buf_release(&key);
    return text;
}

/* ---- A copy that lives as long as the packs, which borrow its texts -------------------------- */

static struct where copy_where(struct arena *arena, const struct where *where)
{
    struct where copy = *where;
    copy.file = arena_strdup(arena, where->file);
    return copy;
}

static struct pairs copy_pairs(struct arena *arena, const struct pairs *pairs)
{
    struct pairs copy = {0};
    for (size_t i = 0; i < pairs->n_items; i++) {
        pairs_add(arena, &copy, arena_strdup(arena, pairs->items[i].key),
                  arena_strdup(arena, pairs->items[i].value));
    }
    return copy;
}

static struct places copy_places(struct arena *arena, const struct places *places)
{
    struct places copy = {.items = arena_array(arena, places->n_items, sizeof *copy.items),
                          .n_items = places->n_items};
    for (size_t i = 0; i < places->n_items; i++) {
        copy.items[i] = copy_where(arena, &places->items[i]);
    }
    return copy;
}

static void copy_packs(struct arena *arena, const struct target *target, struct target *copy)
{
    copy->packs = arena_array(arena, target->n_packs, sizeof *copy->packs);
    for (size_t i = 0; i < target->n_packs; i++) {
        const struct pack_choice *choice = &target->packs[i];
        copy->packs[i] = (struct pack_choice){.name = arena_strdup(arena, choice->name),
                                              .credential = arena_strdup(arena, choice->credential),
                                              .set = copy_pairs(arena, &choice->set),
                                              .set_places = copy_places(arena, &choice->set_places),
                                              .where = copy_where(arena, &choice->where)};
    }
}

/* Without the secrets, which no pack is about. */
static void copy_credentials(struct arena *arena, const struct target *target, struct target *copy)
{
    copy->credentials = arena_array(arena, target->n_credentials, sizeof *copy->credentials);
    for (size_t i = 0; i < target->n_credentials; i++) {
        const struct credential *credential = &target->credentials[i];
        copy->credentials[i] =
            (struct credential){.name = arena_strdup(arena, credential->name),
                                .kind = credential->kind,
                                .kind_is_unread = credential->kind_is_unread,
                                .user_name = arena_strdup(arena, credential->user_name),
                                .client_id = arena_strdup(arena, credential->client_id),
                                .where = copy_where(arena, &credential->where)};
    }
}

static const struct target *copy_target(struct arena *arena, const struct target *target)
{
    struct target *copy = arena_allocate(arena, sizeof *copy);
    *copy = *target;
    copy->file = arena_strdup(arena, target->file);
    copy->instance = (struct instance){0};
    copy->set = copy_pairs(arena, &target->set);
    copy->set_places = copy_places(arena, &target->set_places);
    copy_packs(arena, target, copy);
    copy_credentials(arena, target, copy);
    copy->waivers = arena_array(arena, target->n_waivers, sizeof *copy->waivers);
    for (size_t i = 0; i < target->n_waivers; i++) {
        copy->waivers[i] = (struct waiver){.check = arena_strdup(arena, target->waivers[i].check),
                                           .where = copy_where(arena, &target->waivers[i].where)};
    }
    return copy;
}

/* ---- Taking and giving back ----------------------------------------------------------------- */

static void drop_book(struct shelf *shelf, size_t at)
{
    free_book(shelf->books[at]);
    shelf->n_books--;
    for (size_t i = at; i < shelf->n_books; i++) {
        shelf->books[i] = shelf->books[i + 1];
    }
}

/* Those that nobody needs go, the one that was used longest ago first. */
static void tidy_up(struct shelf *shelf)
{
    size_t n_idle = 0;
    for (size_t i = shelf->n_books; i-- > 0;) {
        n_idle += shelf->books[i]->n_taken == 0 ? 1 : 0;
        if (shelf->books[i]->n_taken == 0 && n_idle > MOST_IDLE) {
            drop_book(shelf, i);
        }
    }
}

static void put_last(struct shelf *shelf, size_t at)
{
    struct book *book = shelf->books[at];
    for (size_t i = at; i + 1 < shelf->n_books; i++) {
        shelf->books[i] = shelf->books[i + 1];
    }
    shelf->books[shelf->n_books - 1] = book;
}

static struct book *find(struct shelf *shelf, const char *key)
{
    for (size_t i = 0; i < shelf->n_books && key != NULL; i++) {
        if (text_equal(shelf->books[i]->key, key)) {
            put_last(shelf, i);
            return shelf->books[shelf->n_books - 1];
        }
    }
    return NULL;
}

static struct book *load(struct shelf *shelf, struct diag *diag, const struct target *target)
{
    struct book *book = memory_allocate_zeroed(1, sizeof *book);
    struct kind_schemas schemas = kind_schemas();
    book->arena = arena_new();
    book->key = key_of(book->arena, target);
    if (!packs_load(book->arena, diag, &schemas, copy_target(book->arena, target), &book->packs,
                    &book->n_packs)) {
        free_book(book);
        return NULL;
    }
    size_t n = shelf->n_books + 1;
    shelf->books = memory_resize(shelf->books, n * sizeof(struct book *));
    shelf->books[shelf->n_books++] = book;
    return book;
}

bool shelf_take(struct shelf *shelf, struct diag *diag, const struct target *target,
                struct pack ***ret_packs, size_t *ret_n_packs)
{
    struct arena *scratch = arena_new();
    struct book *book = find(shelf, key_of(scratch, target));
    arena_free(scratch);
    book = book != NULL ? book : load(shelf, diag, target);
    if (book == NULL) {
        return false;
    }
    book->n_taken++;
    *ret_packs = book->packs;
    *ret_n_packs = book->n_packs;
    return true;
}

void shelf_give_back(struct shelf *shelf, struct pack *const *packs)
{
    for (size_t i = 0; i < shelf->n_books && packs != NULL; i++) {
        if (shelf->books[i]->packs == packs) {
            shelf->books[i]->n_taken--;
        }
    }
    tidy_up(shelf);
}
