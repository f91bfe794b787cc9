/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath sim: the simulated instance by itself, until it is told to end.
 */
#include "sim/sim.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/worlds.h"

/* Splits ADDR:PORT; either may be left out. An address of IPv6 stands in brackets. */
static bool read_listen(struct arena *arena, struct diag *diag, const char *text,
                        struct sim_options *sim_options)
{
    if (text == NULL) {
        return true;
    }
    bool is_bracketed = *text == '[';
    const char *address = is_bracketed ? text + 1 : text;
    size_t len = strcspn(address, is_bracketed ? "]" : ":");
    const char *rest = address + len + (is_bracketed && address[len] == ']' ? 1 : 0);
    int64_t port = 0;
    if ((is_bracketed && (len == 0 || address[len] != ']')) || (*rest != '\0' && *rest != ':') ||
        (*rest == ':' && (!text_to_int(rest + 1, &port) || port < 0 || port > 65535))) {
        return diag_error(diag, (struct where){0},
                          "--listen takes ADDR:PORT or [ADDR]:PORT, not '%s'", text);
    }
    sim_options->address = len == 0 ? NULL : arena_strndup(arena, address, len);
    sim_options->port = (int)port;
    return true;
}

/* Reads HOST=WORLD+FAULT+SWITCH=SETTING…: what has a = in it behind the first + is a switch. */
static bool read_host(struct arena *arena, struct diag *diag, const char *text,
                      struct sim_host *host)
{
    size_t len = strcspn(text, "=");
    struct strings parts = {0};

    if (text[len] == '=') {
        parts = strings_split(arena, text + len + 1, '+');
    }
    if (len == 0 || parts.n_items == 0) {
        return diag_error(diag, (struct where){0}, "--also takes HOST=WORLD[+FAULT]..., not '%s'",
                          text);
    }
    host->host = text_lower(arena, arena_strndup(arena, text, len));
    host->world = parts.items[0];
    for (size_t i = 1; i < parts.n_items; i++) {
        size_t name = strcspn(parts.items[i], "=");
        if (parts.items[i][name] == '=') {
            pairs_add(arena, &host->switches, arena_strndup(arena, parts.items[i], name),
                      parts.items[i] + name + 1);
        } else {
            strings_add(arena, &host->faults, parts.items[i]);
        }
    }
    return true;
}

static bool read_hosts(struct arena *arena, struct diag *diag, const struct strings *also,
                       struct sim_options *sim_options)
{
    struct sim_host *hosts = arena_array(arena, also->n_items + 1, sizeof *hosts);
    bool done = true;

    for (size_t i = 0; i < also->n_items; i++) {
        done = read_host(arena, diag, also->items[i], &hosts[i]) && done;
    }
    sim_options->also = hosts;
    sim_options->n_also = also->n_items;
    return done;
}

/* One line for each instance, the first one's first. */
static void print_descriptions(const struct sim *sim, const struct sim_options *options)
{
    printf("%s\n", sim_description(sim));
    for (size_t i = 0; i < options->n_also; i++) {
        printf("%s\n", sim_host_description(sim, options->also[i].host));
    }
    fflush(stdout);
}

static void wait_for_end(void)
{
    sigset_t set;
    int number = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigwait(&set, &number);
}

/* Threads of the server inherit the mask, so the signals reach wait_for_end() alone. */
static void hold_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static int sim_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct sim_options sim_options = {.world = options->world,
                                      .faults = options->faults,
                                      .switches = options->switches,
                                      .tls = options->tls,
                                      .host = options->host,
                                      .latency_ms = (int)options->latency_ms,
                                      .clock_offset_s = options->clock_offset_s,
                                      .log_path = options->log_path};
    if (options->world == NULL) {
        struct strings names = sim_world_names(arena);
        diag_error(diag, (struct where){0},
                   "--world is needed; there are %s, or the path of a file",
                   strings_join(arena, &names, ", "));
        return EXIT_USAGE;
    }
    if (!world_is_known(arena, diag, options->world) ||
        !read_listen(arena, diag, options->listen, &sim_options) ||
        !read_hosts(arena, diag, &options->also, &sim_options)) {
        return EXIT_USAGE;
    }
    hold_signals();
    struct sim *sim = sim_start(diag, &sim_options);
    if (sim == NULL) {
        return EXIT_USAGE;
    }
    print_descriptions(sim, &sim_options);
    wait_for_end();
    sim_stop(sim);
    return 0;
}

const struct command command_sim = {
    .name = "sim",
    .usage = "--world NAME|FILE [--fault CAUSE]... [--tls] [OPTION]...",
    .summary = "serve a simulated instance until interrupted",
    .set = FOR_SIM,
    .explain = worlds_explain,
    .run = sim_run,
};
