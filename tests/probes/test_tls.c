/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The versions of TLS that are offered. No TLS 1.1 server is needed to tell: what a client would
 * speak stands in its ClientHello, in the extension supported_versions (RFC 8446, 4.2.1).
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attributes.h"
#include "tests/probes/bench.h"

enum { HELLO_BYTES = 4096, TLS_1_2 = 0x0303, TLS_1_3 = 0x0304, SUPPORTED_VERSIONS = 43 };

/* The bytes of a message, read from the front; past its end there are zeros. */
struct reader {
    const unsigned char *bytes;
    size_t len;
    size_t at;
};

static unsigned read_number(struct reader *reader, size_t n_bytes)
{
    unsigned value = 0;
    for (size_t i = 0; i < n_bytes; i++, reader->at++) {
        value = value << 8 | (reader->at < reader->len ? reader->bytes[reader->at] : 0U);
    }
    return value;
}

static void skip_vector(struct reader *reader, size_t n_bytes)
{
    unsigned len = read_number(reader, n_bytes);
    reader->at += len;
}

/* How many versions the ClientHello lists, and the lowest of them. */
static size_t versions_offered(struct reader hello, unsigned *ret_lowest)
{
    size_t n_versions = 0;
    hello.at = 5 + 4 + 2 + 32; /* record header, handshake header, legacy version, random */
    skip_vector(&hello, 1);    /* session id */
    skip_vector(&hello, 2);    /* cipher suites */
    skip_vector(&hello, 1);    /* compression methods */
    read_number(&hello, 2);    /* length of the extensions */
    while (hello.at < hello.len) {
        unsigned type = read_number(&hello, 2);
        unsigned len = read_number(&hello, 2);
        if (type != SUPPORTED_VERSIONS) {
            hello.at += len;
            continue;
        }
        *ret_lowest = 0xFFFF;
        for (size_t left = read_number(&hello, 1); left > 0; left -= 2, n_versions++) {
            unsigned version = read_number(&hello, 2);
            bool is_grease = (version & 0x0F0F) == 0x0A0A; /* RFC 8701 */
            *ret_lowest = !is_grease && version < *ret_lowest ? version : *ret_lowest;
        }
    }
    return n_versions;
}

static int listen_on_loopback(int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(bind(listener, (struct sockaddr *)&address, len) == 0);
    cr_assert(listen(listener, 1) == 0);
    cr_assert(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    *ret_port = ntohs(address.sin_port);
    return listener;
}

/* OpenSSL as distributions set it up offers nothing old by itself. Here it may, so that what stays
 * away does so because of us. */
static char settings[] = "/tmp/glidepath-openssl-XXXXXX";

static void allow_old_versions(void)
{
    int fd = mkstemp(settings);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    cr_assert_not_null(out);
    fputs("openssl_conf = main\n[main]\nssl_conf = ssl\n[ssl]\nsystem_default = old\n"
          "[old]\nMinProtocol = TLSv1\nCipherString = DEFAULT:@SECLEVEL=0\n",
          out);
    fclose(out);
    setenv("OPENSSL_CONF", settings, 1);
}

/* Nobody answers the ClientHello: the kernel keeps it until the run's time has ended. */
Test(tls, nothing_older_than_1_2_is_offered)
{
    static unsigned char bytes[HELLO_BYTES];
    int port = 0;
    int listener = listen_on_loopback(&port);
    allow_old_versions();
    struct bench bench;
    bench_open(&bench);
    bench.target.instance =
        (struct instance){.origin = arena_printf(bench.arena, "https://127.0.0.1:%d", port),
                          .host = "127.0.0.1",
                          .port = port,
                          .is_loopback = true};
    bench.options.timeout_ms = 400;
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    int fd = accept(listener, NULL, NULL);
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    cr_assert(n > 0 && bytes[0] == 22, "a handshake record came");
    unsigned lowest = 0;
    struct reader hello = {bytes, (size_t)n, 0};
    cr_expect(versions_offered(hello, &lowest) > 0, "versions are listed");
    cr_expect(lowest == TLS_1_2 || lowest == TLS_1_3, "0x%04x is offered", lowest);
    close(fd);
    close(listener);
    remove(settings);
    bench_close(&bench);
}
