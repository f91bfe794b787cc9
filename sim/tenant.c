/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building instances and finding them.
 */
#include "sim/tenant.h"

#include <string.h>

#include "base/arena.h"
#include "sim/fault.h"
#include "sim/world.h"

/* --- building --- */

static bool put_switches(struct arena *arena, struct diag *diag, struct world *world,
                         const struct pairs *switches)
{
    bool done = true;

    for (size_t i = 0; i < switches->n_items; i++) {
        done = sim_switch_set(&world->switches, diag, (struct where){0}, switches->items[i].key,
                              arena_strdup(arena, switches->items[i].value)) &&
               done;
    }
    return done;
}

static struct world *build_world(struct arena *arena, struct diag *diag,
                                 const struct sim_host *wanted)
{
    struct world *world = sim_world_load(arena, diag, wanted->world, wanted->host);
    bool done = true;

    if (world == NULL || !sim_world_resolve(world, diag)) {
        return NULL;
    }
    for (size_t i = 0; i < wanted->faults.n_items; i++) {
        done = sim_fault_apply(world, diag, wanted->faults.items[i]) && done;
    }
    done = put_switches(arena, diag, world, &wanted->switches) && done;
    sim_world_derive(world);
    return done ? world : NULL;
}

static bool add_tenant(struct arena *arena, struct diag *diag, const struct sim_host *wanted,
                       struct tenants *tenants)
{
    struct tenant *tenant = &tenants->items[tenants->n_items++];

    tenant->arena = arena_new();
    tenant->host = arena_strdup(arena, wanted->host);
    tenant->lock = arena_allocate(arena, sizeof *tenant->lock);
    pthread_mutex_init(tenant->lock, NULL);
    tenant->world = build_world(tenant->arena, diag, wanted);
    return tenant->world != NULL;
}

bool sim_tenants_build(struct arena *arena, struct diag *diag, const struct sim_options *options,
                       struct tenants *ret_tenants)
{
    const struct sim_host first = {.host = options->host == NULL ? "localhost" : options->host,
                                   .world = options->world,
                                   .faults = options->faults,
                                   .switches = options->switches};
    bool done;

    ret_tenants->items = arena_array(arena, options->n_also + 1, sizeof *ret_tenants->items);
    done = add_tenant(arena, diag, &first, ret_tenants);
    for (size_t i = 0; i < options->n_also; i++) {
        done = add_tenant(arena, diag, &options->also[i], ret_tenants) && done;
    }
    return done;
}

void sim_tenants_release(struct tenants *tenants)
{
    for (size_t i = 0; i < tenants->n_items; i++) {
        pthread_mutex_destroy(tenants->items[i].lock);
        sim_certificate_release(&tenants->items[i].certificate);
        arena_free(tenants->items[i].arena);
    }
    tenants->n_items = 0;
}

bool sim_can_play(struct diag *diag, const struct sim_options *options)
{
    struct arena *arena = arena_new();
    struct tenants tenants = {0};
    bool can = sim_tenants_build(arena, diag, options, &tenants);

    sim_tenants_release(&tenants);
    arena_free(arena);
    return can;
}

/* --- certificates and places --- */

static enum flaw flaw_of(const struct world *world)
{
    static const struct {
        const char *setting;
        enum flaw flaw;
    } flaws[] = {
        {"wrong-name", FLAW_NAME}, {"unknown-ca", FLAW_AUTHORITY}, {"expired", FLAW_EXPIRED}};

    for (size_t i = 0; i < ARRAY_LEN(flaws); i++) {
        if (sim_switch_is(&world->switches, SWITCH_CERTIFICATE, flaws[i].setting)) {
            return flaws[i].flaw;
        }
    }
    return FLAW_NONE;
}

bool sim_tenants_certify(struct tenants *tenants, struct diag *diag, const struct identity *ca)
{
    for (size_t i = 0; i < tenants->n_items; i++) {
        struct tenant *tenant = &tenants->items[i];
        if (!sim_certificate_make(diag, ca, tenant->host, flaw_of(tenant->world),
                                  &tenant->certificate)) {
            return false;
        }
    }
    return true;
}

/* Without TLS the first instance is reached by its address; the others need their name, because
 * the Host header tells them apart. */
static const char *plain_url(struct arena *arena, const struct sim_options *options,
                             const struct tenant *tenant, bool is_first, int port)
{
    const char *address = options->address == NULL ? "127.0.0.1" : options->address;

    return arena_printf(
        arena, is_first && strchr(address, ':') != NULL ? "http://[%s]:%d" : "http://%s:%d",
        is_first ? address : tenant->host, port);
}

static const char *secure_url(struct arena *arena, const struct tenant *tenant, int port)
{
    return text_equal(tenant->host, "localhost") ? arena_printf(arena, "https://localhost:%d", port)
                                                 : arena_printf(arena, "https://%s", tenant->host);
}

void sim_tenants_place(struct arena *arena, struct tenants *tenants,
                       const struct sim_options *options, int port, const char *ca_file)
{
    for (size_t i = 0; i < tenants->n_items; i++) {
        struct tenant *tenant = &tenants->items[i];
        tenant->world->base_url = options->tls ? secure_url(arena, tenant, port)
                                               : plain_url(arena, options, tenant, i == 0, port);
        tenant->url = arena_printf(arena, "%s/", tenant->world->base_url);
        tenant->description = sim_describe(tenant->world, tenant->url, tenant->host, port, ca_file);
    }
}

/* --- finding --- */

static bool is_host(const char *name, size_t len, const char *host)
{
    for (size_t i = 0; i < len; i++) {
        char c = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
        if (host[i] != c) {
            return false;
        }
    }
    return host[len] == '\0';
}

struct tenant *sim_tenant_find(const struct tenants *tenants, const char *host)
{
    size_t len = host == NULL ? 0 : strcspn(host, ":");

    for (size_t i = 1; i < tenants->n_items; i++) {
        if (host != NULL && is_host(host, len, tenants->items[i].host)) {
            return &tenants->items[i];
        }
    }
    return &tenants->items[0];
}

const struct tenant *sim_tenant_named(const struct tenants *tenants, const char *host)
{
    for (size_t i = 0; i < tenants->n_items; i++) {
        if (text_equal_nocase(tenants->items[i].host, host)) {
            return &tenants->items[i];
        }
    }
    return NULL;
}
