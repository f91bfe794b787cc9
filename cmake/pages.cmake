# SPDX-License-Identifier: Apache-2.0
#
# The manual page and the completions of the shells: printed by the program itself once it is linked, and installed where
# each is looked for. The names are those that the shells load by. Where the program cannot be run here (a cross build
# without an emulator) they are left out: `glidepath --man` and `glidepath --completion SHELL` print them there.
if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  message(STATUS "cross build: no manual page and no completions")
  return()
endif()

set(pages ${CMAKE_CURRENT_BINARY_DIR}/pages)
add_custom_command(TARGET glidepath POST_BUILD
  COMMAND ${CMAKE_COMMAND} "-DPROGRAM=${CMAKE_CROSSCOMPILING_EMULATOR};$<TARGET_FILE:glidepath>"
    -DPAGES=${pages} -P ${PROJECT_SOURCE_DIR}/cmake/pages-script.cmake
  VERBATIM)
install(FILES ${pages}/glidepath.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/glidepath DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${pages}/_glidepath DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${pages}/glidepath.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
