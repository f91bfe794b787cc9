/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program without a test in it: Criterion says "Tested: 0" and ends with status 0.
 */
extern const int there_is_no_test_here;
