// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include <benchmark/benchmark.h>

#include "pack/plan.hpp"

namespace larmor::pack {
namespace {

/// A session as it is downloaded: slices of 214 kB in series of 200.
class Session final : public Entries {
public:
    explicit Session(std::int64_t count) : count_(static_cast<std::size_t>(count)) {}
    std::size_t count() const override { return count_; }
    Entry at(std::size_t index) const override {
        return {
            .name = "MR1/scans/" + std::to_string(index / 200) + "-T1/resources/DICOM/files/" +
                    std::to_string(index % 200) + ".dcm",
            .size = 214'000,
            .crc32 = static_cast<std::uint32_t>(index),
            .content = index};
    }

private:
    std::size_t count_;
};

std::shared_ptr<const stream::Source> plan_session(ArchiveFormat format, std::int64_t count) {
    const auto file = std::make_shared<FileDescriptor>();
    const auto read = [file](auto, auto from, auto to) -> stream::Segment {
        return stream::FileSlice{.file = file, .offset = from, .length = to - from};
    };
    return plan_archive(format, std::make_shared<Session>(count), read);
}

void plan(benchmark::State& state, ArchiveFormat format) {
    for (auto _ : state)
        benchmark::DoNotOptimize(plan_session(format, state.range(0))->length());
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
void sizes(benchmark::internal::Benchmark* bench) {
    for (const auto count : {1'000, 20'000, 100'000, 1'000'000})
        bench->Arg(count)->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(plan, zip, ArchiveFormat::zip)->Apply(sizes);
BENCHMARK_CAPTURE(plan, tar, ArchiveFormat::tar)->Apply(sizes);
BENCHMARK_CAPTURE(plan, tar_gz, ArchiveFormat::tar_gz)->Apply(sizes);

void walk(benchmark::State& state, ArchiveFormat format) {
    const auto plan = plan_session(format, state.range(0));
    for (auto _ : state) {
        const auto walk = plan->segments(0, plan->length());
        while (auto segment = walk->next())
            benchmark::DoNotOptimize(segment);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(walk, zip, ArchiveFormat::zip)->Apply(sizes);
BENCHMARK_CAPTURE(walk, tar, ArchiveFormat::tar)->Apply(sizes);
BENCHMARK_CAPTURE(walk, tar_gz, ArchiveFormat::tar_gz)->Apply(sizes);

/// What a parallel download or a resumed one asks for.
void start_in_the_middle_of(benchmark::State& state) {
    const auto plan = plan_session(ArchiveFormat::zip, state.range(0));
    std::uint64_t from = 0;
    for (auto _ : state) {
        from = (from + 1'000'000'007) % (plan->length() - 1'000);
        benchmark::DoNotOptimize(plan->segments(from, from + 1'000)->next());
    }
}
BENCHMARK(start_in_the_middle_of)->Arg(100'000);

/// Two resources of the same names in one folder: every second one gets a suffix.
void find_new_names_of(benchmark::State& state) {
    const Session session(state.range(0) / 2);
    std::vector<std::size_t> members(static_cast<std::size_t>(state.range(0)));
    std::iota(members.begin(), members.end(), 0);
    const auto name_of = [&](std::size_t index) {
        return session.at(index % session.count()).name;
    };
    for (auto _ : state)
        benchmark::DoNotOptimize(find_new_names(members, name_of).size());
}
BENCHMARK(find_new_names_of)->Arg(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace larmor::pack
