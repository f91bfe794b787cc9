/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what somebody typed for "the instance" to an origin to talk to.
 *
 * Instances are https://NAME.service-now.com (Government Community Cloud:
 * servicenowservices.com), a customer's own name for one (ServiceNow documentation, "Custom URL"),
 * or any host and port where the platform is self-hosted. Everything under servicenow.com is a
 * portal, documentation or marketing, never an instance. What is wrong becomes a finding, so
 * nothing here fails.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "rules/load.h"

enum { HTTPS_PORT = 443, HTTP_PORT = 80, LONGEST_HOST = 253, LONGEST_LABEL = 63 };

/* What the text falls into before it is judged; texts are in lower case. */
struct parts {
    bool has_scheme;
    bool is_http;
    const char *host; /* brackets of an IPv6 address removed */
    bool is_bracketed;
    const char *port; /* NULL when there is none */
    const char *rest; /* from the first '/', '?' or '#' on */
};

/* ---- placeholders ---- */

/* What guides and forms write where the name belongs: nobody's instance has such a label. */
static const char *const placeholder_labels[] = {
    "example",       "your-company",
    "yourcompany",   "your-instance",
    "yourinstance",  "your_company",
    "your_instance", "your-tenant",
    "yourtenant",    "your-domain",
    "yourdomain",    "your-org",
    "yourorg",       "my-company",
    "mycompany",     "my-instance",
    "myinstance",    "your-name",
    "yourname",      "your-organization",
    "your-host",     "your-servicenow-instance",
};

/* The same, but words that may well name a host of a company's own domain. */
static const char *const placeholder_names[] = {
    "instance",    "instance-name", "instancename",     "instance_name",       "tenant",
    "tenant-name", "tenantname",    "company",          "company-name",        "companyname",
    "customer",    "customer-name", "customerinstance", "servicenow-instance", "name",
};

static bool is_one_of(const char *const *words, size_t n_words, const char *word)
{
    for (size_t i = 0; i < n_words; i++) {
        if (text_equal(words[i], word)) {
            return true;
        }
    }
    return false;
}

/* "xxx", "dev00000", "devxxxxx": a pattern, not a name. */
static bool is_masked(const char *label)
{
    const char *masked = text_starts_with(label, "dev") ? label + 3 : label;
    size_t len = strlen(masked);
    return len >= 3 &&
           (strspn(masked, "x") == len || (masked != label && strspn(masked, "0") == len));
}

static bool is_service_now(const char *host)
{
    return text_ends_with(host, ".service-now.com") ||
           text_ends_with(host, ".servicenowservices.com");
}

static bool has_placeholder_label(struct arena *arena, const char *host)
{
    struct strings labels = strings_split(arena, host, '.');
    for (size_t i = 0; i < labels.n_items; i++) {
        if (is_one_of(placeholder_labels, ARRAY_LEN(placeholder_labels), labels.items[i])) {
            return true;
        }
    }
    bool is_name = labels.n_items == 1 || is_service_now(host);
    return is_name && labels.n_items > 0 &&
           (is_one_of(placeholder_names, ARRAY_LEN(placeholder_names), labels.items[0]) ||
            is_masked(labels.items[0]));
}

/* "<tenant>", "{instance}", "[instance]", "%INSTANCE%", "$INSTANCE", "…": brackets of a template
 * in the part that names the host. */
static bool has_template(const char *authority)
{
    bool is_address = authority[0] == '[' && strchr(authority, ':') != NULL;
    return strpbrk(authority, "<>{}$%") != NULL ||
           (!is_address && strpbrk(authority, "[]") != NULL) || strstr(authority, "...") != NULL ||
           strstr(authority, "\xE2\x80\xA6") != NULL;
}

/* ---- hosts that are no instance ---- */

static const char *const wrong_hosts[] = {
    "service-now.com",           "www.service-now.com",
    "hi.service-now.com",        "support.service-now.com",
    "docs.service-now.com",      "developer.service-now.com",
    "community.service-now.com", "servicenow.com",
    "servicenowservices.com",    "www.servicenowservices.com",
};

static bool is_wrong_host(const char *host)
{
    return is_one_of(wrong_hosts, ARRAY_LEN(wrong_hosts), host) ||
           text_ends_with(host, ".servicenow.com");
}

/* ---- shape ---- */

static bool is_label(const char *label, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return len >= 1 && len <= LONGEST_LABEL && strspn(label, letters) >= len && label[0] != '-' &&
           label[len - 1] != '-';
}

static bool is_ipv4(const char *host)
{
    struct in_addr address;
    return inet_pton(AF_INET, host, &address) == 1;
}

static bool is_ipv6(const char *host)
{
    struct in6_addr address;
    return inet_pton(AF_INET6, host, &address) == 1;
}

/* A host name, or an address. A name's last label is no number: "1.2.3" is neither. */
static bool is_host(const struct parts *parts)
{
    const char *host = parts->host;
    if (parts->is_bracketed) {
        return is_ipv6(host);
    }
    if (strlen(host) > LONGEST_HOST) {
        return false;
    }
    const char *label = host;
    while (true) {
        size_t len = strcspn(label, ".");
        if (!is_label(label, len)) {
            return false;
        }
        if (label[len] == '\0') {
            break;
        }
        label += len + 1;
    }
    bool ends_in_number = strspn(label, "0123456789") == strlen(label);
    return !ends_in_number || label == host || is_ipv4(host);
}

static bool is_loopback(const struct parts *parts)
{
    if (parts->is_bracketed) {
        struct in6_addr address;
        return inet_pton(AF_INET6, parts->host, &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
    }
    return text_equal(parts->host, "localhost") ||
           (is_ipv4(parts->host) && text_starts_with(parts->host, "127."));
}

/* "https" alone is what a mistyped "https//acme" or "https:/acme" leaves as host. */
static bool is_scheme_word(const char *host)
{
    return text_equal(host, "https") || text_equal(host, "http");
}

/* ---- taking apart ---- */

static void split_port(struct arena *arena, const char *authority, struct parts *parts)
{
    const char *behind = authority;
    if (authority[0] == '[' && strchr(authority, ']') != NULL) {
        behind = strchr(authority, ']');
        parts->is_bracketed = true;
    }
    const char *colon = strchr(behind, ':');
    size_t len = colon != NULL ? (size_t)(colon - authority) : strlen(authority);
    parts->port = colon != NULL ? colon + 1 : NULL;
    if (parts->is_bracketed && len >= 2) {
        parts->host = arena_strndup(arena, authority + 1, len - 2);
        return;
    }
    bool has_final_dot = len > 1 && authority[len - 1] == '.'; /* a complete name may end in one */
    parts->host = arena_strndup(arena, authority, has_final_dot ? len - 1 : len);
}

/* False when there is a scheme we do not know. */
static bool split_scheme(const char *text, const char **ret_rest, struct parts *parts)
{
    const char *end = strstr(text, "://");
    bool has_scheme = end != NULL && strcspn(text, "/?#") == (size_t)(end - text) + 1;
    *ret_rest = has_scheme ? end + 3 : text;
    parts->has_scheme = has_scheme;
    parts->is_http = text_starts_with(text, "http://");
    return !has_scheme || parts->is_http || text_starts_with(text, "https://");
}

static bool read_port(const struct parts *parts, int *ret_port)
{
    int64_t port = parts->is_http ? HTTP_PORT : HTTPS_PORT;
    bool is_number =
        parts->port == NULL || (parts->port[0] != '-' && text_to_int(parts->port, &port));
    if (!is_number || port < 1 || port > 65535) {
        return false;
    }
    *ret_port = (int)port;
    return true;
}

static bool has_bad_character(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || strchr("\"'`\\^|<>{}", *c) != NULL) {
            return true;
        }
    }
    return false;
}

/* ---- putting together ---- */

static void set_origin(struct arena *arena, const struct parts *parts, struct instance *instance)
{
    bool is_http = parts->is_http && instance->is_loopback;
    if (parts->is_http && !is_http && instance->port == HTTP_PORT) {
        instance->port = HTTPS_PORT;
    }
    int usual_port = is_http ? HTTP_PORT : HTTPS_PORT;
    const char *open = parts->is_bracketed ? "[" : "";
    const char *close = parts->is_bracketed ? "]" : "";
    const char *port =
        instance->port == usual_port ? "" : arena_printf(arena, ":%d", instance->port);
    instance->origin = arena_printf(arena, "http%s://%s%s%s%s", is_http ? "" : "s", open,
                                    parts->host, close, port);
    instance->host = parts->host;
}

/* A name without a dot is the name of an instance, unless it came as a URL or with a port: then it
 * is a host of the user's own network. */
static void complete_name(struct arena *arena, struct parts *parts)
{
    bool is_bare = !parts->has_scheme && parts->port == NULL && !parts->is_bracketed &&
                   strchr(parts->host, '.') == NULL && !text_equal(parts->host, "localhost");
    if (is_bare) {
        parts->host = arena_printf(arena, "%s.service-now.com", parts->host);
    }
}

static enum url_fault judge_parts(const struct parts *parts, const struct instance *instance)
{
    bool has_path = parts->rest[0] != '\0' && !text_equal(parts->rest, "/");
    if (parts->is_http && !instance->is_loopback) {
        return URL_NOT_HTTPS;
    }
    return has_path ? URL_HAS_PATH : URL_SOUND;
}

/* The text as reports may show it: a user, a password or a query could hold a secret. */
static const char *presentable(struct arena *arena, const char *text)
{
    const char *at = strrchr(text, '@');
    const char *begin = at == NULL ? text : at;
    size_t len = strcspn(begin, "?#");
    return arena_printf(arena, "%s%.*s%s", at == NULL ? "" : "…", (int)len, begin,
                        begin[len] == '\0' ? "" : "?…");
}

struct instance instance_parse(struct arena *arena, const char *text)
{
    struct instance instance = {.text = presentable(arena, text), .fault = URL_MALFORMED};
    struct parts parts = {0};
    const char *rest = NULL;
    const char *clean = text_lower(arena, text_trim(arena, text));
    bool is_known_scheme = split_scheme(clean, &rest, &parts);
    size_t len = strcspn(rest, "/?#");
    char *authority = arena_strndup(arena, rest, len);
    parts.rest = rest + len;
    split_port(arena, authority, &parts);

    if (has_template(authority) || has_placeholder_label(arena, parts.host)) {
        instance.fault = URL_PLACEHOLDER;
        return instance;
    }
    if (!is_known_scheme || has_bad_character(clean) || strchr(authority, '@') != NULL ||
        is_scheme_word(parts.host) || !is_host(&parts) || !read_port(&parts, &instance.port)) {
        return instance;
    }
    complete_name(arena, &parts);
    if (is_wrong_host(parts.host)) {
        instance.fault = URL_WRONG_HOST;
        instance.host = parts.host;
        return instance;
    }
    instance.is_loopback = is_loopback(&parts);
    instance.fault = judge_parts(&parts, &instance);
    set_origin(arena, &parts, &instance);
    return instance;
}
