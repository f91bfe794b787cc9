/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the run itself showed to be there, whatever a listing says.
 */
#pragma once

struct judging;
struct question;

/*
 * How the run shows that the record `question` looks for by its key exists: "calls are made as
 * svc", "a token was issued to it", "its roles were read"; NULL when nothing does. Such a record
 * is hidden where a listing does not hold it, however complete the listing looks. Lives as long as
 * the finding.
 */
const char *shown_to_exist(const struct judging *judging, const struct question *question);
