/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transport faults. Those of a body are a stream that libmicrohttpd asks for the next bytes; those
 * of a connection touch its socket. "refused" is not here: such an instance never listens
 * (server.c).
 */
#include "sim/transport.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/memory.h"

enum {
    STEP_MS = 20,
    LONGEST_WAIT_MS = 300 * 1000,
    SLOW_MS = 100, /* for each byte */
    BLOCK_BYTES = 4096,
    OVERSIZED_BYTES = 1024 * 1024 * 1024,
    PERIOD_BYTES = 13,
    BOMB_PERIODS = 130000, /* 2,064 blanks each: 268 MB of them in 1.7 MB */
    STORED_BLOCK_BYTES = 32 * 1024,
};

/* A body on its way. */
struct stream {
    struct MHD_Connection *connection;
    const atomic_bool *stopping;
    char *bytes; /* of the reply, or the beginning of what is made of it */
    size_t len;
};

static void wait_ms(int ms)
{
    struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000L};

    nanosleep(&pause, NULL);
}

static int socket_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info == NULL ? -1 : info->connect_fd;
}

static bool has_hung_up(struct MHD_Connection *connection)
{
    char byte;

    return recv(socket_of(connection), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Says nothing until somebody has had enough. */
static void wait_for_end(struct MHD_Connection *connection, const atomic_bool *stopping)
{
    for (int ms = 0; ms < LONGEST_WAIT_MS && !atomic_load(stopping) && !has_hung_up(connection);
         ms += STEP_MS) {
        wait_ms(STEP_MS);
    }
}

/* --- streams --- */

static struct stream *stream_new(struct MHD_Connection *connection, const atomic_bool *stopping,
                                 const struct reply *reply)
{
    struct stream *stream = memory_allocate_zeroed(1, sizeof *stream);

    stream->connection = connection;
    stream->stopping = stopping;
    stream->bytes = memory_allocate(reply->body.len + 1);
    memcpy(stream->bytes, reply->body.data, reply->body.len);
    stream->len = reply->body.len;
    return stream;
}

static void stream_free(void *context)
{
    struct stream *stream = context;

    memory_free(stream->bytes);
    memory_free(stream);
}

static ssize_t copy_from(const struct stream *stream, uint64_t at, char *bytes, size_t n)
{
    size_t left = stream->len - (size_t)at;

    n = n < left ? n : left;
    memcpy(bytes, stream->bytes + at, n);
    return (ssize_t)n;
}

static ssize_t read_slow(void *context, uint64_t at, char *bytes, size_t n)
{
    const struct stream *stream = context;

    (void)n;
    if (at >= stream->len || atomic_load(stream->stopping)) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    wait_ms(SLOW_MS);
    return copy_from(stream, at, bytes, 1);
}

/* Half of the body, then nothing more; `stalled` waits where `truncated` hangs up. */
static ssize_t read_half(struct stream *stream, uint64_t at, char *bytes, size_t n)
{
    size_t half = stream->len / 2;

    if (at >= half) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    return copy_from(stream, at, bytes, n < half - (size_t)at ? n : half - (size_t)at);
}

static ssize_t read_truncated(void *context, uint64_t at, char *bytes, size_t n)
{
    return read_half(context, at, bytes, n);
}

static ssize_t read_stalled(void *context, uint64_t at, char *bytes, size_t n)
{
    struct stream *stream = context;

    if (at >= stream->len / 2) {
        wait_for_end(stream->connection, stream->stopping);
    }
    return read_half(stream, at, bytes, n);
}

/* The body, and then blanks: they change nothing about a JSON document but its size. */
static ssize_t read_oversized(void *context, uint64_t at, char *bytes, size_t n)
{
    const struct stream *stream = context;

    if (at < stream->len) {
        return copy_from(stream, at, bytes, n);
    }
    if (at >= OVERSIZED_BYTES || atomic_load(stream->stopping)) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    memset(bytes, ' ', n);
    return (ssize_t)n;
}

/* --- a small file that grows --- */

struct bits {
    char *bytes;
    size_t n;
};

/* Bits of DEFLATE (RFC 1951) fill a byte from its low end; those of a code come from its high end.
 */
static void put_code(struct bits *bits, unsigned code, unsigned n)
{
    while (n-- > 0) {
        unsigned bit = code >> n & 1U;
        unsigned byte = (unsigned char)bits->bytes[bits->n / 8];
        bits->bytes[bits->n / 8] = (char)(byte | bit << bits->n % 8);
        bits->n++;
    }
}

/* "The 258 bytes that begin one byte back", with the fixed codes. */
static void put_run(struct bits *bits)
{
    put_code(bits, 0xc5, 8);
    put_code(bits, 0, 5);
}

/* The gzip header (RFC 1952), the reply as a stored block, and the beginning of a block with fixed
 * codes: one blank and a first run, which ends with a byte. */
static void begin_bomb(struct stream *stream)
{
    static const char header[10] = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, 3};
    size_t len = stream->len < STORED_BLOCK_BYTES ? stream->len : STORED_BLOCK_BYTES;
    char *bytes = memory_allocate_zeroed(1, sizeof header + 5 + len + 3);
    struct bits bits = {bytes + sizeof header + 5 + len, 0};

    memcpy(bytes, header, sizeof header);
    bytes[sizeof header + 1] = (char)(len & 0xffU);
    bytes[sizeof header + 2] = (char)(len >> 8);
    bytes[sizeof header + 3] = (char)~(len & 0xffU);
    bytes[sizeof header + 4] = (char)~(len >> 8);
    memcpy(bytes + sizeof header + 5, stream->bytes, len);
    put_code(&bits, 1, 1); /* the last block */
    put_code(&bits, 2, 2); /* fixed codes: 01, low bit first */
    put_code(&bits, 0x30 + ' ', 8);
    put_run(&bits);
    memory_free(stream->bytes);
    stream->bytes = bytes;
    stream->len = sizeof header + 5 + len + 3;
}

/* Eight runs fill thirteen bytes. The file ends without its checksum: nobody should get there. */
static ssize_t read_bomb(void *context, uint64_t at, char *bytes, size_t n)
{
    const struct stream *stream = context;
    char period[PERIOD_BYTES] = {0};
    struct bits bits = {period, 0};

    if (at < stream->len) {
        return copy_from(stream, at, bytes, n);
    }
    if (at - stream->len >= (uint64_t)BOMB_PERIODS * PERIOD_BYTES ||
        atomic_load(stream->stopping)) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    for (int i = 0; i < 8; i++) {
        put_run(&bits);
    }
    for (size_t i = 0; i < n; i++) {
        bytes[i] = period[(at - stream->len + i) % PERIOD_BYTES];
    }
    return (ssize_t)n;
}

/* --- responses --- */

static struct MHD_Response *stream_response(struct stream *stream, uint64_t size,
                                            MHD_ContentReaderCallback read)
{
    return MHD_create_response_from_callback(size, BLOCK_BYTES, read, stream, stream_free);
}

static struct MHD_Response *slow(struct stream *stream)
{
    return stream_response(stream, stream->len, read_slow);
}

static struct MHD_Response *stalled(struct stream *stream)
{
    return stream_response(stream, stream->len, read_stalled);
}

static struct MHD_Response *truncated(struct stream *stream)
{
    return stream_response(stream, stream->len, read_truncated);
}

static struct MHD_Response *oversized(struct stream *stream)
{
    return stream_response(stream, MHD_SIZE_UNKNOWN, read_oversized);
}

static struct MHD_Response *gzip_bomb(struct stream *stream)
{
    struct MHD_Response *response;

    begin_bomb(stream);
    response = stream_response(stream, MHD_SIZE_UNKNOWN, read_bomb);
    (void)MHD_add_response_header(response, "Content-Encoding", "gzip");
    return response;
}

static const struct {
    const char *setting;
    struct MHD_Response *(*make)(struct stream *stream);
} streams[] = {
    {"gzip-bomb", gzip_bomb}, {"oversized", oversized}, {"slow", slow},
    {"stalled", stalled},     {"truncated", truncated},
};

static bool is_set(const struct world *world, const char *setting)
{
    return sim_switch_is(&world->switches, SWITCH_TRANSPORT, setting);
}

static struct MHD_Response *make_response(struct MHD_Connection *connection,
                                          const struct world *world, const struct reply *reply,
                                          const atomic_bool *stopping)
{
    for (size_t i = 0; i < ARRAY_LEN(streams) && reply->body.len > 0; i++) {
        if (is_set(world, streams[i].setting)) {
            return streams[i].make(stream_new(connection, stopping, reply));
        }
    }
    return MHD_create_response_from_buffer(reply->body.len, reply->body.data,
                                           MHD_RESPMEM_MUST_COPY);
}

/* Connecting a socket to no address makes the kernel send a reset at once. */
static void reset(struct MHD_Connection *connection)
{
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

    (void)connect(socket_of(connection), &nowhere, sizeof nowhere);
}

enum MHD_Result sim_transport_send(struct MHD_Connection *connection, const struct world *world,
                                   const struct reply *reply, const atomic_bool *stopping)
{
    struct MHD_Response *response;
    enum MHD_Result result = MHD_YES;

    if (is_set(world, "reset")) {
        reset(connection);
        return MHD_NO;
    }
    if (is_set(world, "silent")) {
        wait_for_end(connection, stopping);
        return MHD_NO;
    }
    response = make_response(connection, world, reply, stopping);
    for (size_t i = 0; i < reply->headers.n_items && result == MHD_YES; i++) {
        result = MHD_add_response_header(response, reply->headers.items[i].key,
                                         reply->headers.items[i].value);
    }
    if (result == MHD_YES) {
        result = MHD_queue_response(connection, (unsigned)reply->status, response);
    }
    MHD_destroy_response(response);
    return result;
}
