/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is checked: an instance, packs with their parameters, credentials and waivers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/secret.h"
#include "base/strings.h"
#include "model/source.h"

/* What is grossly wrong with the text that says how to reach the instance; each is a finding, not
 * an error. */
enum url_fault {
    URL_SOUND,
    URL_MALFORMED,   /* not a usable URL: bare words, two URLs, userinfo, bad characters */
    URL_NOT_HTTPS,   /* http, other than to a loopback address */
    URL_HAS_PATH,    /* a path, query or fragment is left in it */
    URL_PLACEHOLDER, /* your-company, <tenant>, example … */
    URL_WRONG_HOST,  /* developer portal, support, documentation or marketing host */
};

struct instance {
    const char *text; /* as the user wrote it, a user, a password and a query left out */
    enum url_fault fault;
    const char *origin; /* "https://acme.service-now.com", no slash behind; NULL when none can be
                           made of it */
    const char *host;   /* "acme.service-now.com" */
    int port;
    bool is_loopback;
};

enum credential_kind {
    CREDENTIAL_API_KEY,
    CREDENTIAL_BASIC,
    CREDENTIAL_OAUTH_CLIENT,
    CREDENTIAL_OAUTH_PASSWORD,
    CREDENTIAL_OAUTH_REFRESH,
    CREDENTIAL_TOKEN,
};

/* Where a secret is to be read from. */
enum secret_origin { SECRET_NOT_GIVEN, SECRET_ENV, SECRET_FILE, SECRET_COMMAND };

struct secret_reference {
    enum secret_origin origin;
    const char *name;       /* of the variable or file */
    struct strings command; /* program and arguments */
    struct where where;
};

/*
 * What a secret that is not here was seen to be like: of a recording, which never has one. Nothing
 * of the secret follows from it.
 */
struct told_secret {
    const char *part;   /* what has something odd about it: "API key"; NULL: nothing has */
    const char *cause;  /* the id of the cause it points to */
    const char *oddity; /* "has a line break or a NUL in it" */
    int64_t expiry;     /* when a JSON Web Token ends; 0: not told */
};

struct credential {
    const char *name; /* "integration", "auditor", or the user's own */
    enum credential_kind kind;
    bool kind_is_unread;   /* the file gives none that could be read: `kind` says nothing */
    const char *user_name; /* basic and oauth-password; else NULL */
    const char *client_id; /* the oauth kinds */
    struct secret_reference secret_from;        /* of `secret` */
    struct secret_reference client_secret_from; /* of `client_secret` */
    struct secret secret;           /* the key, password, or token; not used by oauth-client */
    struct secret client_secret;    /* the oauth kinds */
    const struct told_secret *told; /* in the place of the secrets; NULL: they are here */
    /* SOURCE_LIVE: it is one. Else there is none: what a file of that kind tells stands for what it
     * would be answered. */
    enum source stands_in;
    const char *source; /* where the secret came from, for people: "env RAD_API_KEY", "file /run/x",
                           "command pass" */
    struct where where;
};

/* Where each pair of a list stands, in the same order; pairs beyond it came from options. */
struct places {
    struct where *items;
    size_t n_items;
};

/* One pack of the target: which, with which credential, and the parameters set for it alone. */
struct pack_choice {
    const char *name; /* of a built-in pack, or the path of a file */
    const char *credential;
    struct pairs set;
    struct places set_places;
    struct where where;
};

struct waiver {
    const char *check; /* PACK/CHECK */
    int64_t until;     /* the last second of that day, UTC */
    const char *until_text;
    const char *by;
    const char *because;
    struct where where;
};

struct target {
    const char *file;       /* NULL when it came from options and environment */
    bool may_name_instance; /* what the file says could not all be read: that none is there … */
    bool may_choose_packs;  /* … is then no mistake of its own */
    struct instance instance;
    struct pack_choice *packs;
    size_t n_packs;
    struct pairs set;
    struct places set_places;
    struct credential *credentials;
    size_t n_credentials;
    struct waiver *waivers;
    size_t n_waivers;
};

/* The credential of that name, or NULL. */
const struct credential *target_credential(const struct target *target, const char *name);

/* True for kinds that check a password: law 8 protects the account behind them. */
bool credential_checks_password(enum credential_kind kind);

/* True for kinds that ask the token endpoint first. */
bool credential_needs_token(enum credential_kind kind);
