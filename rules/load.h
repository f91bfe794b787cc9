/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to typed structs. Every mistake of a file is reported, with line and column, before
 * anything is sent; when a function here returns false or NULL it has reported at least one error.
 *
 * The life of a load: target_load() → target_add_environment() → options override parts of it →
 * secrets_read() → packs_load(). What is returned lives in `arena`, secrets excepted:
 * target_release() wipes them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/embedded.h"
#include "model/pack.h"
#include "model/target.h"
#include "rules/schema.h"

struct arena;

/* The built-in files, sorted by name; and one of them, or NULL. */
const struct embedded_file *builtin_files(size_t *ret_n);
const struct embedded_file *builtin_file_find(const char *name);

/* The names of the built-in packs, sorted: "baseline", "cloud-ex-machina" … */
struct strings builtin_pack_names(struct arena *arena);

/*
 * Reads a target file: instance, packs, set, credentials, waivers (docs: the target file). A
 * literal secret is an error whose message does not show the line; every message about the inside
 * of `credentials` keeps its source line back. Secret references (env, file, command) are checked
 * for shape here and read by secrets_read(). When the file has mistakes, *ret_target still holds
 * what could be read, so that its packs can be looked at too and all mistakes come in one go;
 * nothing may be sent for it.
 */
MUST_USE bool target_load(struct arena *arena, struct diag *diag, const char *file,
                          struct target *ret_target);

/*
 * What the environment says: GLIDEPATH_INSTANCE, and the credentials of the integration
 * (GLIDEPATH_…) and the auditor (GLIDEPATH_AUDITOR_…). They replace the same parts of `target`. Two
 * kinds for one role is an error.
 */
MUST_USE bool target_add_environment(struct arena *arena, struct diag *diag, struct target *target);

/*
 * Reads every secret reference of the target: an unset variable, an unreadable file, a failing or
 * empty command is an error that names the reference and never the value. One trailing newline is
 * stripped from files and command output. Commands run without a shell, with a limit of 10 seconds
 * and 64 KiB.
 */
MUST_USE bool secrets_read(struct arena *arena, struct diag *diag, struct target *target);

/*
 * The option --set: "[PACK.]NAME=VALUE". It wins over what the target file sets. That a pack
 * declares such a parameter is checked by packs_load().
 */
MUST_USE bool target_set_parameter(struct arena *arena, struct diag *diag, struct target *target,
                                   const char *assignment);

/* Wipes all secrets of a target. */
void target_release(struct target *target);

/*
 * What can be made of the text for an instance: a URL, a host, or a bare instance name ("acme"
 * means https://acme.service-now.com/). Never fails: what is wrong is in `fault`. There is an
 * origin to talk to when it is sound, when a path was cut off (URL_HAS_PATH), and when http was
 * made https (URL_NOT_HTTPS); to a placeholder, a wrong host or a malformed text nothing can be
 * sent.
 */
struct instance instance_parse(struct arena *arena, const char *text);

/*
 * Loads the packs a target chooses, `extends` followed, parameters filled in (options, the pack's
 * own `set`, the target's `set`, then `client_id`, `auth` and `service_user` from the credential,
 * then the pack's default), and binds every check to its kind. Names of packs are built-in names or
 * paths of files (anything with a slash, or ending in .yaml). A credential of a kind the pack is
 * not written for is an error. A target without a pack is one too, unless `may_choose_packs` says
 * that its file has been blamed already. In target->set, "PACK.NAME" is for one pack and a plain
 * name for every pack that declares it.
 */
MUST_USE bool packs_load(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                         const struct target *target, struct pack ***ret_packs,
                         size_t *ret_n_packs);

/*
 * Reads one pack by itself, with stand-in values for required parameters, to report its mistakes:
 * pack lint, pack coverage.
 */
MUST_USE bool pack_lint(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                        const char *name, struct pack **ret_pack);

/* The same for a text in memory; `file` names it in messages. */
MUST_USE bool pack_lint_text(struct arena *arena, struct diag *diag,
                             const struct kind_schemas *kinds, const char *file, const char *text,
                             size_t len, struct pack **ret_pack);

/*
 * The same with a stand-in for every parameter that has neither value nor default, so that all
 * checks can be looked at: pack show.
 */
MUST_USE bool pack_imagine(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                           const char *name, struct pack **ret_pack);

/* Writes the reference page of all kinds in Markdown: docs/kinds.md. False when the stream failed.
 */
MUST_USE bool kinds_page_write(struct arena *arena, struct diag *diag,
                               const struct kind_schemas *kinds, FILE *out);

/* Writes the JSON Schema (draft 2020-12) of pack files, for editors: the keys of a pack and the
 * parameters of every kind. False when the stream failed. */
MUST_USE bool pack_schema_write(const struct kind_schemas *kinds, FILE *out);
