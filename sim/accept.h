/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a caller wants to be answered in.
 */
#pragma once

#include "sim/call.h"

enum form { FORM_JSON, FORM_XML, FORM_NONE };

/* The form the header Accept asks for, of those there are: JSON, and XML where `has_xml`. FORM_NONE
 * when it names neither; without a header it is JSON. */
enum form sim_form_wanted(const struct call *call, bool has_xml);

/* True when the caller takes a file of this type: by its name, "image/" and a star, or any. A call
 * without the header takes any. */
bool sim_type_is_wanted(const struct call *call, const char *type);
