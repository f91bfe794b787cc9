# SPDX-License-Identifier: Apache-2.0
#
# glidepath_embed(OUTPUT NAME DIRECTORY dir PATTERNS pattern...): text files as a C table, so that
# the one binary works from anywhere. OUTPUT is written to the build folder and rewritten when one of
# the files changes. The table is `const struct embedded_file NAME[]` with `NAME_count` rows, sorted
# by the path below DIRECTORY (base/embedded.h).
function(glidepath_embed output name)
  cmake_parse_arguments(ARG "" "DIRECTORY" "PATTERNS" ${ARGN})
  set(patterns ${ARG_PATTERNS})
  list(TRANSFORM patterns PREPEND ${ARG_DIRECTORY}/)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${ARG_DIRECTORY} ${patterns})
  list(REMOVE_DUPLICATES files)
  list(SORT files)
  set(paths ${files})
  list(TRANSFORM paths PREPEND ${ARG_DIRECTORY}/)
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/${output} -DNAME=${name}
      -DDIRECTORY=${ARG_DIRECTORY} "-DFILES=${joined}"
      -P ${PROJECT_SOURCE_DIR}/cmake/embed-script.cmake
    DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/embed-script.cmake
    VERBATIM)
endfunction()
