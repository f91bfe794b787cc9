/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds there are: one file each, named after the kind.
 */
#pragma once

#include "checks/kind.h"

extern const struct kind kind_access_policy;
extern const struct kind kind_acl;
extern const struct kind kind_age;
extern const struct kind kind_api;
extern const struct kind kind_api_key;
extern const struct kind kind_app;
extern const struct kind kind_auth_profile;
extern const struct kind kind_auth_scope;
extern const struct kind kind_basic_auth;
extern const struct kind kind_credential;
extern const struct kind kind_domain;
extern const struct kind kind_field;
extern const struct kind kind_instance;
extern const struct kind kind_ip_access;
extern const struct kind kind_network;
extern const struct kind kind_oauth_app;
extern const struct kind kind_plugin;
extern const struct kind kind_property;
extern const struct kind kind_rate_limit;
extern const struct kind kind_record;
extern const struct kind kind_release;
extern const struct kind kind_role_contains;
extern const struct kind kind_role_exists;
extern const struct kind kind_roles;
extern const struct kind kind_schema;
extern const struct kind kind_script;
extern const struct kind kind_secret_shape;
extern const struct kind kind_table_access;
extern const struct kind kind_table_read;
extern const struct kind kind_table_write;
extern const struct kind kind_update_set;
extern const struct kind kind_url;
extern const struct kind kind_user;
