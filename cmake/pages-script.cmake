# SPDX-License-Identifier: Apache-2.0
#
# Has the program print its pages. Run with -DPROGRAM="[emulator;]program" -DPAGES=folder.
file(MAKE_DIRECTORY ${PAGES})

# print(FILE ARGUMENT...)
function(print file)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_FILE ${PAGES}/${file} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ${ARGN}: ${status}")
  endif()
endfunction()

print(glidepath.1 --man)
print(glidepath --completion bash)
print(_glidepath --completion zsh)
print(glidepath.fish --completion fish)
