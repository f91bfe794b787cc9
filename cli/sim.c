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

/* Splits ADDR:PORT; either may be left out. */
static bool read_listen(struct arena *arena, struct diag *diag, const char *text,
                        struct sim_options *sim_options)
{
    if (text == NULL) {
        return true;
    }
    const char *colon = strrchr(text, ':');
    int64_t port = 0;
    if (colon != NULL && (!text_to_int(colon + 1, &port) || port < 0 || port > 65535)) {
        return diag_error(diag, (struct where){0}, "--listen takes ADDR:PORT, not '%s'", text);
    }
    size_t len = colon == NULL ? strlen(text) : (size_t)(colon - text);
    sim_options->address = len == 0 ? NULL : arena_strndup(arena, text, len);
    sim_options->port = (int)port;
    return true;
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
                                      .log_path = options->log_path};
    if (options->world == NULL) {
        struct strings names = sim_world_names(arena);
        diag_error(diag, (struct where){0},
                   "--world is needed; there are %s, or the path of a file",
                   strings_join(arena, &names, ", "));
        return EXIT_USAGE;
    }
    if (!world_is_known(arena, diag, options->world) ||
        !read_listen(arena, diag, options->listen, &sim_options)) {
        return EXIT_USAGE;
    }
    hold_signals();
    struct sim *sim = sim_start(diag, &sim_options);
    if (sim == NULL) {
        return EXIT_USAGE;
    }
    printf("%s\n", sim_description(sim));
    fflush(stdout);
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
