# Language level, warnings and sanitizers, in one place.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(evolt_warnings INTERFACE)
target_compile_options(evolt_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wnon-virtual-dtor -Wold-style-cast
                       -Wno-missing-field-initializers)  # designated initializers leave out on purpose
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # A false alarm at -O3 about `"text" + std::string` (gcc bug 105651).
  target_compile_options(evolt_warnings INTERFACE -Wno-restrict)
endif()
if(EVOLT_WERROR)
  target_compile_options(evolt_warnings INTERFACE -Werror)
endif()

add_library(evolt_sanitizers INTERFACE)
if(EVOLT_SANITIZE)
  target_compile_options(evolt_sanitizers INTERFACE -fsanitize=${EVOLT_SANITIZE}
                         -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(evolt_sanitizers INTERFACE -fsanitize=${EVOLT_SANITIZE})
endif()

# evolt_room(NAME SOURCES... HEADERS... PUBLIC... PRIVATE...): one folder, one library, one floor.
# Side effects: target evolt_NAME with the alias evolt::NAME, warnings and sanitizers applied; installed
# with its HEADERS unless LOCAL.
function(evolt_room name)
  cmake_parse_arguments(ROOM "LOCAL" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  set(target evolt_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  add_library(evolt::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
                 FILES ${ROOM_HEADERS})
  target_link_libraries(${target} PUBLIC ${ROOM_PUBLIC}
    PRIVATE ${ROOM_PRIVATE} $<BUILD_INTERFACE:evolt_warnings>)
  target_link_libraries(${target} PUBLIC $<BUILD_INTERFACE:evolt_sanitizers>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  if(NOT ROOM_LOCAL)
    install(TARGETS ${target} EXPORT evolt-targets
            FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/evolt)
  endif()
endfunction()
