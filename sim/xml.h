/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers in XML.
 */
#pragma once

struct reply;

/* Puts a body of JSON into XML and says so in the header; leaves a body alone that is no JSON. */
void sim_xml_put(struct reply *reply);
