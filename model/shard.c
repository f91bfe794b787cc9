/* SPDX-License-Identifier: Apache-2.0 */
#include "model/shard.h"

#include <string.h>

/* Digits alone: a sign or a blank is a mistake in somebody's script. */
static bool read_number(const char *digits, size_t len, size_t *ret_number)
{
    size_t number = 0;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9' || number > MOST_SHARDS) {
            return false;
        }
        number = number * 10 + (size_t)(digits[i] - '0');
    }
    *ret_number = number;
    return len > 0 && number >= 1 && number <= MOST_SHARDS;
}

bool shard_parse(const char *text, struct shard *ret_shard)
{
    const char *slash = text == NULL ? NULL : strchr(text, '/');
    struct shard shard = {0};
    bool is_sound = slash != NULL && read_number(text, (size_t)(slash - text), &shard.k) &&
                    read_number(slash + 1, strlen(slash + 1), &shard.n) && shard.k <= shard.n;
    if (is_sound) {
        *ret_shard = shard;
    }
    return is_sound;
}

bool shard_has(const struct shard *shard, size_t i)
{
    return shard->n == 0 || i % shard->n == shard->k - 1;
}
