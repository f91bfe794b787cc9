# SPDX-License-Identifier: Apache-2.0
#
# Every header compiles alone, without base/banned.h (whose includes could stand in for missing
# ones). Run with -DCOMPILER -DROOT -DSCRATCH -DWARNINGS.
file(GLOB headers RELATIVE ${ROOT}
  ${ROOT}/base/*.h ${ROOT}/model/*.h ${ROOT}/rules/*.h ${ROOT}/probes/*.h ${ROOT}/checks/*.h
  ${ROOT}/diagnosis/*.h ${ROOT}/report/*.h ${ROOT}/sim/*.h ${ROOT}/cli/*.h)
set(faulty "")
foreach(header IN LISTS headers)
  set(unit "${SCRATCH}/alone.c")
  file(WRITE "${unit}" "#include \"${header}\"\nextern const int not_an_empty_unit;\n")
  execute_process(
    COMMAND ${COMPILER} -std=c17 -D_XOPEN_SOURCE=700 -I ${ROOT} ${WARNINGS} -Werror -fsyntax-only
      ${unit}
    RESULT_VARIABLE status ERROR_VARIABLE words)
  if(NOT status EQUAL 0)
    message("${header} does not compile alone:\n${words}")
    list(APPEND faulty ${header})
  endif()
endforeach()
list(LENGTH headers n_headers)
if(faulty)
  message(FATAL_ERROR "not alone: ${faulty}")
elseif(n_headers LESS 10)
  message(FATAL_ERROR "only ${n_headers} headers found below ${ROOT}")
endif()
message("${n_headers} headers compile alone")
