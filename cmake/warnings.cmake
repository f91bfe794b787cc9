# SPDX-License-Identifier: Apache-2.0
#
# The warnings both compilers must be silent under, and what every target is compiled with.
set(GLIDEPATH_WARNINGS
  -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wvla -Wformat=2 -Wundef -Wcast-align -Wpointer-arith -Wwrite-strings
  -Wdouble-promotion -Wimplicit-fallthrough -Wswitch)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND GLIDEPATH_WARNINGS
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init)
endif()
# Tests do without these: Criterion's macros trip the conversions and casts, and gcc does not know
# that a failed cr_assert() does not come back.
set(GLIDEPATH_STRICT_WARNINGS -Wconversion -Wsign-conversion -Wcast-qual -Wnull-dereference)

# Not optimised at all, the packs' own tests alone take two minutes under sanitizers.
set(GLIDEPATH_SANITIZERS
  -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
  $<$<NOT:$<CONFIG:Release,RelWithDebInfo,MinSizeRel>>:-O1>)
if(GLIDEPATH_FUZZ)
  list(APPEND GLIDEPATH_SANITIZERS -fsanitize=fuzzer-no-link)
endif()

# A bug found by assert() ends in status 4; without it, it would end in a wrong verdict. So asserts
# stay in optimised builds too.
foreach(build_type RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${build_type} "${CMAKE_C_FLAGS_${build_type}}")
endforeach()

# glidepath_compile_options(TARGET [TEST])
function(glidepath_compile_options target)
  target_compile_definitions(${target} PRIVATE _XOPEN_SOURCE=700)
  target_compile_options(${target} PRIVATE ${GLIDEPATH_WARNINGS}
    -include ${PROJECT_SOURCE_DIR}/base/banned.h)
  if("${ARGN}" STREQUAL "TEST")
    # A row of a table of cases says what it is about and leaves the rest zero.
    target_compile_options(${target} PRIVATE -Wno-missing-field-initializers)
  else()
    target_compile_options(${target} PRIVATE ${GLIDEPATH_STRICT_WARNINGS})
  endif()
  if(GLIDEPATH_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(GLIDEPATH_SANITIZE)
    target_compile_options(${target} PRIVATE ${GLIDEPATH_SANITIZERS})
    target_link_options(${target} PUBLIC ${GLIDEPATH_SANITIZERS})
  else()
    target_compile_options(${target} PRIVATE -fstack-protector-strong)
    target_link_options(${target} PUBLIC -Wl,-z,relro,-z,now)
    # It needs an optimised build, and says so in a warning otherwise.
    target_compile_definitions(${target} PRIVATE
      $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:_FORTIFY_SOURCE=2>)
  endif()
endfunction()
