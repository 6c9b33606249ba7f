// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "storage/filesystem_blob_store.hpp"
#include "storage/temporary_folder.hpp"

namespace larmor::storage {
namespace {

/// One upload's share of the disk: a slice of an MR series, durable when finished.
void write_object_durably(benchmark::State& state) {
    static const TemporaryFolder folder;
    static const auto store = open_filesystem_blob_store(folder.path());
    const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        const auto object = store->create();
        object->push(std::as_bytes(std::span(text)));
        object->finish();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(write_object_durably)->Arg(214'000)->ThreadRange(1, 8)->UseRealTime();

/// The same for one of many that are finished together.
void write_objects_durably_together(benchmark::State& state) {
    static const TemporaryFolder folder;
    static const auto store = open_filesystem_blob_store(folder.path());
    const std::string text(214'000, 'x');
    for (auto _ : state) {
        std::vector<std::unique_ptr<NewObject>> objects;
        for (int i = 0; i < state.range(0); ++i) {
            objects.push_back(store->create());
            objects.back()->push(std::as_bytes(std::span(text)));
        }
        store->finish(objects);
    }
    state.SetBytesProcessed(state.iterations() * state.range(0) * 214'000);
}
BENCHMARK(write_objects_durably_together)->Arg(1)->Arg(16)->Arg(64)->UseRealTime();

void open_object_for_reading(benchmark::State& state) {
    const TemporaryFolder folder;
    const auto store = open_filesystem_blob_store(folder.path());
    const auto object = store->create();
    const std::string text = "content";
    object->push(std::as_bytes(std::span(text)));
    object->finish();
    for (auto _ : state)
        benchmark::DoNotOptimize(store->read(object->key(), 0, 7));
}
BENCHMARK(open_object_for_reading);

}  // namespace
}  // namespace larmor::storage
