/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From folders and files to a recording. Whatever is not read is named in a warning, but for what a
 * folder list hides.
 */
#include "probes/exports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/lookup.h"
#include "probes/exported.h"

enum {
    MOST_FILES = 500,
    LARGEST_FILE_BYTES = 128 * 1024 * 1024,
    LARGEST_TOTAL_BYTES = 256 * 1024 * 1024,
    RUN_ID_DIGITS = 12,
    MOST_NAMED = 5
};

/* ---- One file ------------------------------------------------------------------------------- */

struct gathering {
    struct exports *exports;
    struct diag *diag;
    struct strings warnings;
    struct strings empty; /* files without rows that show nothing */
    size_t total_bytes;
};

static void warn(struct gathering *gathering, const struct export_file *file, const char *what)
{
    struct arena *arena = gathering->exports->arena;
    strings_add(arena, &gathering->warnings, arena_printf(arena, "%s: %s", file->path, what));
}

/* "sys_user" of "sys_user.xml" and "sys_user (1).xml", as browsers name a second one; NULL where it
 * is no table's. */
static const char *table_of_name(struct arena *arena, const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    const char *rest = name + len;
    if (strncmp(rest, " (", 2) == 0) {
        rest += 2 + strspn(rest + 2, "0123456789");
        rest += *rest == ')' ? 1 : 0;
    }
    return len > 0 && text_equal_nocase(rest, ".xml") ? arena_strndup(arena, name, len) : NULL;
}

/* An export of no rows does not name its table. Where the user says that nothing was filtered, the
 * name of the file is believed. */
static void take_empty(struct gathering *gathering, const struct export_file *file)
{
    struct exports *exports = gathering->exports;
    const char *table = table_of_name(exports->arena, file->name);
    if (table == NULL || !exports->are_whole) {
        strings_add(exports->arena, &gathering->empty, file->name);
        return;
    }
    exports_take_empty(exports, table, (size_t)(file - exports->files));
}

/* The platform ends an export at a limit without saying so: 10000 rows unless a property sets
 * another number, which is taken to be a round one. Product documentation: Export limits. */
static bool may_be_cut(const struct export_reading *reading)
{
    enum { ROUND = 1000 };
    return reading->n_records > 0 && reading->n_records % ROUND == 0;
}

static void note_cut(struct gathering *gathering, const struct export_file *file,
                     const struct export_reading *reading)
{
    struct exports *exports = gathering->exports;
    for (size_t i = 0; i < reading->n_records; i++) {
        exports_table(exports, reading->records[i]->tables.items[0])->may_be_cut = true;
    }
    warn(gathering, file,
         arena_printf(exports->arena,
                      "holds exactly %zu rows, as if a limit had cut it "
                      "(glide.xml.export.limit): not taken for all of them",
                      reading->n_records));
}

static bool take_records(struct gathering *gathering, const struct export_file *file,
                         const struct export_reading *reading)
{
    if (export_is_update_set(reading)) {
        warn(gathering, file,
             "left out: an update set to be loaded, which shows nothing of the instance it was "
             "taken from or is for");
        return true;
    }
    if (reading->n_not_rows > 0) {
        warn(gathering, file,
             arena_printf(gathering->exports->arena,
                          "left out %s with another action than "
                          "INSERT_OR_UPDATE: no rows",
                          quantity(gathering->exports->arena, reading->n_not_rows, "element")));
    }
    if (reading->n_records == 0 && reading->n_not_rows == 0) {
        take_empty(gathering, file);
    }
    for (size_t i = 0; i < reading->n_records; i++) {
        if (!exports_take(gathering->exports, gathering->diag, reading->records[i])) {
            return false;
        }
    }
    if (may_be_cut(reading)) {
        note_cut(gathering, file, reading);
    }
    return true;
}

static bool read_text(struct gathering *gathering, const char *text, size_t len)
{
    struct exports *exports = gathering->exports;
    size_t place = exports->n_files - 1;
    struct export_file *file = &exports->files[place];
    file->digest = digest_sha256_hex(exports->arena, text, len);
    const struct export_reading reading = export_read_text(exports, place, text, len);
    if (reading.fault != NULL) {
        return diag_error(gathering->diag, (struct where){.file = file->path},
                          "cannot be judged: %s", reading.fault);
    }
    file->taken = reading.unloaded != 0 ? reading.unloaded : file->taken;
    return take_records(gathering, file, &reading);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* What a folder holds may be anything; opening a pipe would wait for somebody to write. */
static bool is_readable(struct gathering *gathering, const char *path, struct stat *ret_status)
{
    const struct where where = {.file = path};
    if (stat(path, ret_status) != 0) {
        return diag_error(gathering->diag, where, "cannot be judged: %s", strerror(errno));
    }
    if (!S_ISREG(ret_status->st_mode)) {
        return diag_error(gathering->diag, where, "cannot be judged: no regular file");
    }
    if (gathering->exports->n_files == MOST_FILES) {
        return diag_error(gathering->diag, where, "more than %d files of exports", MOST_FILES);
    }
    return true;
}

static bool read_file(struct gathering *gathering, const char *path)
{
    struct exports *exports = gathering->exports;
    struct stat status;
    const char *fault = NULL;
    size_t len = 0;
    if (!is_readable(gathering, path, &status)) {
        return false;
    }
    struct arena *scratch = arena_new();
    const char *text = file_read(scratch, path, LARGEST_FILE_BYTES, &len, &fault);
    bool is_fine = text != NULL || diag_error(gathering->diag, (struct where){.file = path},
                                              "cannot be judged: %s", fault);
    gathering->total_bytes += len;
    if (is_fine && gathering->total_bytes > LARGEST_TOTAL_BYTES) {
        is_fine = diag_error(gathering->diag, (struct where){.file = path},
                             "the exports are larger than %d bytes together", LARGEST_TOTAL_BYTES);
    }
    if (is_fine) {
        struct export_file *file =
            arena_append(exports->arena, &exports->files, &exports->n_files, sizeof *file);
        file->path = arena_strdup(exports->arena, path);
        file->name = base_name(file->path);
        file->taken = (int64_t)status.st_mtime;
        is_fine = read_text(gathering, text, len);
    }
    arena_free(scratch);
    return is_fine;
}

/* ---- Folders -------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_named_xml(struct arena *arena, const char *path)
{
    return text_ends_with(text_lower(arena, path), ".xml");
}

bool exports_are_at(const char *path)
{
    struct arena *scratch = arena_new();
    bool are = is_folder(path) || is_named_xml(scratch, path);
    arena_free(scratch);
    return are;
}

/* "what: a.xml, b.xml …", once for all of them. */
static void warn_of_all(struct gathering *gathering, const char *what, const struct strings *files)
{
    struct arena *arena = gathering->exports->arena;
    struct strings named = *files;
    named.n_items = named.n_items > MOST_NAMED ? MOST_NAMED : named.n_items;
    if (files->n_items > 0) {
        strings_add(arena, &gathering->warnings,
                    arena_printf(arena, "%s: %s%s", what, strings_join(arena, &named, ", "),
                                 named.n_items < files->n_items ? " …" : ""));
    }
}

static bool read_folder(struct gathering *gathering, const char *folder)
{
    struct arena *arena = gathering->exports->arena;
    struct strings names = folder_list(arena, folder);
    struct strings others = {0};
    bool is_fine = true;
    size_t n_read = 0;
    for (size_t i = 0; is_fine && i < names.n_items; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, names.items[i]);
        if (!is_named_xml(arena, names.items[i]) || is_folder(path)) {
            strings_add(arena, &others, names.items[i]);
            continue;
        }
        is_fine = read_file(gathering, path);
        n_read++;
    }
    warn_of_all(gathering, arena_printf(arena, "%s: left out what is no .xml file", folder),
                &others);
    return is_fine && (n_read > 0 || diag_error(gathering->diag, (struct where){.file = folder},
                                                "a folder without an .xml file in it"));
}

/* ---- The recording -------------------------------------------------------------------------- */

static int compare_files(const void *a, const void *b)
{
    const struct export_file *left = *(const struct export_file *const *)a;
    const struct export_file *right = *(const struct export_file *const *)b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->digest, right->digest);
}

/* As `sha256sum *.xml | sha256sum` prints it in a folder of theirs. */
static const char *digest_of(const struct exports *exports)
{
    struct arena *arena = exports->arena;
    const struct export_file **files =
        arena_array(arena, exports->n_files, sizeof(const struct export_file *));
    struct buf lines;
    buf_init(&lines, LARGEST_TOTAL_BYTES);
    for (size_t i = 0; i < exports->n_files; i++) {
        files[i] = &exports->files[i];
    }
    qsort(files, exports->n_files, sizeof(const struct export_file *), compare_files);
    for (size_t i = 0; i < exports->n_files; i++) {
        buf_printf(&lines, "%s  %s\n", files[i]->digest, files[i]->name);
    }
    const char *digest = digest_sha256_hex(arena, lines.data, lines.len);
    buf_release(&lines);
    return digest;
}

static const struct recording *recording_of(struct gathering *gathering)
{
    static const struct told_secret nothing_odd;
    struct exports *exports = gathering->exports;
    struct recording *recording = arena_allocate(exports->arena, sizeof *recording);
    struct credential *auditor = arena_allocate(exports->arena, sizeof *auditor);
    const char *digest = digest_of(exports);
    *auditor = (struct credential){.name = "auditor",
                                   .kind_is_unread = true,
                                   .told = &nothing_odd,
                                   .stands_in = SOURCE_EXPORT,
                                   .source = "XML exports"};
    *recording = (struct recording){
        .source = SOURCE_EXPORT,
        .tool_version = "",
        .run_id = arena_strndup(exports->arena, digest, RUN_ID_DIGITS),
        .key_id = "",
        .digest = arena_printf(exports->arena, "sha256:%s", digest),
        .started = exports->files[0].taken,
        .ended = exports->files[0].taken,
        .target = {.credentials = auditor, .n_credentials = 1},
        .exports = exports,
        .warnings = gathering->warnings,
    };
    for (size_t i = 1; i < exports->n_files; i++) {
        int64_t taken = exports->files[i].taken;
        recording->started = taken < recording->started ? taken : recording->started;
        recording->ended = taken > recording->ended ? taken : recording->ended;
    }
    exports->recording = recording;
    return recording;
}

static void look_up_objects(struct exports *exports)
{
    const struct export_table *table = exports_table(exports, "sys_db_object");
    for (size_t i = 0; table != NULL && i < table->n_records; i++) {
        const char *name = row_get(&table->records[i]->row, "name");
        lookup_add(exports->objects_by_name, lookup_hash(LOOKUP_SEED, name == NULL ? "" : name), i);
    }
}

const struct recording *exports_read(struct arena *arena, const struct strings *paths,
                                     bool are_whole, struct diag *diag)
{
    struct exports *exports = arena_allocate(arena, sizeof *exports);
    *exports = (struct exports){.arena = arena,
                                .are_whole = are_whole,
                                .records_by_sys_id = lookup_new(arena),
                                .tables_by_name = lookup_new(arena),
                                .objects_by_name = lookup_new(arena)};
    struct gathering gathering = {.exports = exports, .diag = diag};
    bool is_fine = true;
    for (size_t i = 0; i < paths->n_items; i++) {
        const char *path = paths->items[i];
        is_fine = (is_folder(path) ? read_folder(&gathering, path) : read_file(&gathering, path)) &&
                  is_fine;
    }
    if (!is_fine || exports->n_files == 0) {
        return NULL;
    }
    warn_of_all(&gathering, "files without rows do not say of which table, and show nothing",
                &gathering.empty);
    look_up_objects(exports);
    return recording_of(&gathering);
}
