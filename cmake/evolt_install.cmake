# What `cmake --install` gives to others: the programs, the libraries with their headers, and a package
# that find_package(evolt) finds. Our own headers stand in include/evolt/ by floor, as in the tree.
include(CMakePackageConfigHelpers)

install(TARGETS evolt)
if(EVOLT_WITH_MPI)
  install(TARGETS evolt_islands_mpi LIBRARY DESTINATION ${CMAKE_INSTALL_BINDIR})  # looked for beside evolt
endif()

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/evolt)
install(EXPORT evolt-targets NAMESPACE evolt:: DESTINATION ${package})
configure_package_config_file(cmake/evolt-config.cmake.in evolt-config.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(evolt-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/evolt-config.cmake
              ${PROJECT_BINARY_DIR}/evolt-config-version.cmake
        DESTINATION ${package})
