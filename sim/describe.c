/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing the description: the fixed members, then those of the world file, with what a fault
 * replaced.
 */
#include "sim/describe.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/yaml.h"
#include "sim/call.h"

enum { DESCRIPTION_LIMIT = 64 * 1024 };

struct writer {
    struct world *world;
    struct buf json;
    struct description description;
};

static void put_node(struct writer *writer, const char *path, const struct yaml_node *node);

static const struct yaml_node *replaced(const struct world *world, const char *path,
                                        const struct yaml_node *node)
{
    for (size_t i = 0; i < world->n_replacements; i++) {
        if (text_equal(world->replacements[i].path, path)) {
            node = world->replacements[i].node;
        }
    }
    return node;
}

static void put_text(struct writer *writer, const char *path, const char *text)
{
    if (text == NULL) {
        buf_add(&writer->json, "null");
        return;
    }
    sim_json_add(&writer->json, text);
    pairs_add(writer->world->arena, &writer->description.values, path, text);
}

static void put_members(struct writer *writer, const char *path, const struct yaml_node *mapping)
{
    struct arena *arena = writer->world->arena;

    for (size_t i = 0; i < mapping->n_items; i++) {
        const char *key = mapping->entries[i].key;
        buf_add(&writer->json, i > 0 ? "," : "");
        sim_json_add(&writer->json, key);
        buf_add_char(&writer->json, ':');
        put_node(writer, *path == '\0' ? key : arena_printf(arena, "%s.%s", path, key),
                 mapping->entries[i].value);
    }
}

static void put_node(struct writer *writer, const char *path, const struct yaml_node *node)
{
    node = replaced(writer->world, path, node);
    if (node->kind == YAML_SCALAR) {
        put_text(writer, path, node->text);
    } else {
        buf_add_char(&writer->json, '{');
        put_members(writer, path, node);
        buf_add_char(&writer->json, '}');
    }
}

struct description sim_describe(struct world *world, const char *url, const char *host, int port,
                                const char *ca_file)
{
    struct writer writer = {.world = world};
    const struct pair places[] = {
        {"url", url}, {"ca_file", ca_file}, {"host", host}, {"world", world->name}};

    buf_init(&writer.json, DESCRIPTION_LIMIT);
    buf_printf(&writer.json, "{\"port\":%d", port);
    pairs_add(world->arena, &writer.description.values, "port",
              arena_printf(world->arena, "%d", port));
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        buf_add_char(&writer.json, ',');
        sim_json_add(&writer.json, places[i].key);
        buf_add_char(&writer.json, ':');
        put_text(&writer, places[i].key, places[i].value);
    }
    if (world->description != NULL && world->description->kind == YAML_MAPPING) {
        buf_add_char(&writer.json, ',');
        put_members(&writer, "", world->description);
    }
    buf_add_char(&writer.json, '}');
    writer.description.json = arena_strdup(world->arena, writer.json.data);
    buf_release(&writer.json);
    return writer.description;
}
