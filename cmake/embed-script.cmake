# SPDX-License-Identifier: Apache-2.0
#
# Writes the C file for glidepath_embed(): every file as an array of bytes. Run with -DOUTPUT -DNAME
# -DDIRECTORY -DFILES="a|b".
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  file(READ "${DIRECTORY}/${file}" hex HEX)
  string(REGEX REPLACE "................................" "\\0\n    " lines "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "    ${lines}")
  string(APPEND arrays "static const unsigned char file_${count}[] = {\n${bytes}0x00};\n\n")
  file(SHA256 "${DIRECTORY}/${file}" digest)
  string(APPEND rows "    {\"${file}\", (const char *)file_${count}, sizeof file_${count} - 1,\n     \"${digest}\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
if(count EQUAL 0)
  set(rows "    {0}\n")
endif()
file(WRITE "${OUTPUT}" "/* Generated from the files of ${DIRECTORY}; do not edit. */
#include \"base/embedded.h\"

extern const struct embedded_file ${NAME}[];
extern const size_t ${NAME}_count;

${arrays}const struct embedded_file ${NAME}[] = {
${rows}};
const size_t ${NAME}_count = ${count};
")
