# SPDX-License-Identifier: Apache-2.0
include(GoogleTest)

# add_module(<name> SOURCES ... [TESTS ...] [BENCHES ...] [DEPENDS ...] [LIBRARIES ...])
# One directory = one library = one namespace. Tests and benches sit beside the code.
# DEPENDS names our modules (public); LIBRARIES foreign ones that no header of ours shows (private).
function(add_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;TESTS;BENCHES;DEPENDS;LIBRARIES" ${ARGN})
    if(arg_SOURCES)
        set(scope PUBLIC)
        add_library(${name} STATIC ${arg_SOURCES})
        target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
    else()
        set(scope INTERFACE)
        add_library(${name} INTERFACE)
    endif()
    target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} ${scope} ${arg_DEPENDS})
    if(BUILD_TESTING AND arg_TESTS)
        add_executable(${name}_test ${arg_TESTS})
        target_link_libraries(${name}_test PRIVATE ${name} ${arg_LIBRARIES} GTest::gmock_main)
        gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60)
    endif()
    if(benchmark_FOUND AND arg_BENCHES)
        add_executable(${name}_bench ${arg_BENCHES})
        target_link_libraries(${name}_bench PRIVATE ${name} benchmark::benchmark_main)
    endif()
endfunction()

# add_fuzzer(x_fuzz.cpp SOURCES...) makes the libFuzzer program x_fuzz of the sources it needs, for
# the preset `fuzz`: clang 14 compiles no coroutines, so whole modules cannot be linked. Its seeds
# are in fuzz_seeds/x_fuzz/ beside it.
function(add_fuzzer source)
    if(NOT LARMOR_FUZZERS)
        return()
    endif()
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${source} ${ARGN})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PRIVATE base)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzzers)
    add_dependencies(fuzzers ${name})
endfunction()
