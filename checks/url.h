/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a vendor's form wants to be typed into it: also told when nobody has typed it yet.
 */
#pragma once

#include "model/pack.h"
#include "model/target.h"

struct arena;

/* The text for a field of this form ("root", "root-slash", "subdomain"); NULL when the instance has
 * no usable address. */
const char *url_form_text(struct arena *arena, const char *form, const struct instance *instance);

/*
 * "field Subdomain: type acme", for a check of kind url that is about a vendor's form; NULL for
 * another or when the instance has no usable address.
 */
const char *url_form_sentence(struct arena *arena, const struct check *check,
                              const struct instance *instance);
