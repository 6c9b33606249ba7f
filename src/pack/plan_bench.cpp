// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "pack/zip.hpp"

namespace larmor::pack {
namespace {

/// A session as it is downloaded: slices of 214 kB in series of 200.
std::vector<Entry> session(std::int64_t count) {
    std::vector<Entry> entries;
    for (std::int64_t i = 0; i < count; ++i) {
        entries.push_back(
            {.name = "MR1/scans/" + std::to_string(i / 200) + "-T1/resources/DICOM/files/" +
                     std::to_string(i % 200) + ".dcm",
             .size = 214'000,
             .crc32 = static_cast<std::uint32_t>(i),
             .content = static_cast<std::uint64_t>(i)}
        );
    }
    return entries;
}

std::shared_ptr<const stream::Source> plan_session(std::int64_t count) {
    const auto file = std::make_shared<FileDescriptor>();
    return plan_zip(session(count), [file](auto, auto from, auto to) -> stream::Segment {
        return stream::FileSlice{.file = file, .offset = from, .length = to - from};
    });
}

void plan_zip_of(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        auto entries = session(state.range(0));
        state.ResumeTiming();
        benchmark::DoNotOptimize(plan_zip(std::move(entries), {})->length());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(plan_zip_of)->Arg(1'000)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void walk_zip_of(benchmark::State& state) {
    const auto plan = plan_session(state.range(0));
    for (auto _ : state) {
        const auto walk = plan->segments(0, plan->length());
        while (auto segment = walk->next())
            benchmark::DoNotOptimize(segment);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(walk_zip_of)->Arg(1'000)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

/// What a parallel download or a resumed one asks for.
void start_in_the_middle_of(benchmark::State& state) {
    const auto plan = plan_session(state.range(0));
    std::uint64_t from = 0;
    for (auto _ : state) {
        from = (from + 1'000'000'007) % (plan->length() - 1'000);
        benchmark::DoNotOptimize(plan->segments(from, from + 1'000)->next());
    }
}
BENCHMARK(start_in_the_middle_of)->Arg(100'000);

void make_names_unique_of(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        auto entries = session(state.range(0));
        state.ResumeTiming();
        make_names_unique(entries);
    }
}
BENCHMARK(make_names_unique_of)->Arg(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace larmor::pack
