# SPDX-License-Identifier: Apache-2.0
#
# glidepath_test(NAME SOURCES file... LIBS library...): a Criterion program as a CTest test.
#
# Criterion 2.4.1 passes a test that leaks, one whose undefined behaviour is only printed, and a
# program without tests; the expressions below turn each of them red (tests/meta proves it). No
# PASS_REGULAR_EXPRESSION: it would make CTest ignore the exit status. No --output=xml:FILE: under
# LeakSanitizer Criterion reports the copy it makes of that argument; `ctest --output-junit` writes
# the better file anyway. One test at a time within a program; `ctest -j` runs programs side by side.
pkg_check_modules(CRITERION REQUIRED IMPORTED_TARGET criterion)

set(GLIDEPATH_RED "Sanitizer: " "runtime error: " "Tested: 0 " "Warning! The test")

function(glidepath_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} PkgConfig::CRITERION)
  target_compile_definitions(${name} PRIVATE
    FIXTURES="${CMAKE_CURRENT_SOURCE_DIR}" ROOT="${PROJECT_SOURCE_DIR}")
  glidepath_compile_options(${name} TEST)
  add_test(NAME ${name} COMMAND ${name} --verbose)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 ENVIRONMENT "CRITERION_JOBS=1"
    FAIL_REGULAR_EXPRESSION "${GLIDEPATH_RED}")
endfunction()
