// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <map>

#include <malloc.h>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include "archive/download.hpp"
#include "catalog/files.hpp"
#include "catalog/projects.hpp"
#include "catalog/resources.hpp"
#include "storage/filesystem_blob_store.hpp"

// What an archive of very many members takes before its first byte: time, and memory that stays
// resident. The catalog is filled directly, with empty files.
namespace larmor::archive {
namespace {

constexpr int files_per_change = 10'000;

model::File make_file(int number) {
    model::File file;
    file.path = "1.3.12.2.1107.5.2.32.35162." + std::to_string(10'000'000 + number) + ".dcm";
    file.format = "DICOM";
    file.content = "RAW";
    file.user = "admin";
    Sha256 nothing;
    file.blob.digest.sha256 = nothing.finish();
    file.blob.object_key = "20261122T093700-1a2b3c4d/0";
    return file;
}

class LargeArchive {
public:
    LargeArchive(int resources, int files)
        : folder_(
              std::filesystem::temp_directory_path() /
              ("larmor_bench_" + std::to_string(::getpid()) + "_" + std::to_string(resources) +
               "_" + std::to_string(files))
          ) {
        std::filesystem::create_directories(folder_);
        catalog_ = std::make_unique<catalog::Catalog>((folder_ / "catalog.sqlite").string());
        store_ = storage::open_filesystem_blob_store(folder_ / "objects");
        for (const auto& resource : make_resources(resources)) {
            for (int begin = 0; begin < files; begin += files_per_change)
                add_files(resource, begin, std::min(begin + files_per_change, files));
        }
    }
    ~LargeArchive() {
        catalog_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    LargeArchive(const LargeArchive&) = delete;
    LargeArchive& operator=(const LargeArchive&) = delete;

    /// A change that concerns nobody.
    void touch() {
        model::Project project;
        project.id = "OTHER" + std::to_string(++changes_);
        catalog_->write([&](catalog::Change& change) {
            catalog::create_project(all_, change, project);
        });
    }
    std::unique_ptr<Downloads> open() { return std::make_unique<Downloads>(*catalog_, *store_); }

private:
    std::vector<model::Resource> make_resources(int count) {
        return catalog_->write([&](catalog::Change& change) {
            model::Project project;
            project.id = "LARGE";
            project = catalog::create_project(all_, change, project);
            std::vector<model::Resource> resources;
            for (int i = 0; i < count; ++i) {
                model::Resource resource;
                resource.owner = {model::OwnerKind::project, project.key};
                resource.label = "DICOM" + std::to_string(i);
                resources.push_back(catalog::create_resource(all_, change, resource));
            }
            return resources;
        });
    }
    void add_files(const model::Resource& resource, int begin, int end) {
        catalog_->write([&](catalog::Change& change) {
            for (int i = begin; i < end; ++i) {
                catalog::add_file(
                    all_, change, resource.key, make_file(i), catalog::Existing::keep
                );
            }
        });
    }

    const model::Visibility all_ = model::Visibility::everything();
    std::filesystem::path folder_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<storage::BlobStore> store_;
    int changes_ = 0;
};

/// Of one resource; filled once for all formats.
LargeArchive& archive_of(std::int64_t files) {
    static std::map<std::int64_t, LargeArchive> archives;
    return archives.try_emplace(files, 1, static_cast<int>(files)).first->second;
}

double resident_bytes() {
    ::malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    double whole = 0;
    double resident = 0;
    file >> whole >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// A request, as far as its first piece of bytes.
class Running {
public:
    Running(Downloads& downloads, ArchiveFormat format)
        : download_(downloads.find_archive(model::Visibility::everything(), request(format))),
          walk_(download_->source->segments(0, download_->source->length())) {
        benchmark::DoNotOptimize(walk_->next());
    }

private:
    static ArchiveRequest request(ArchiveFormat format) {
        ArchiveRequest request;
        request.format = format;
        request.selector.project = "LARGE";
        return request;
    }
    std::optional<Download> download_;
    std::unique_ptr<stream::Segments> walk_;
};

/// Of a server that has just been started; a second request joins while the first is running.
void first_byte_of(benchmark::State& state, ArchiveFormat format) {
    const auto files = static_cast<double>(state.range(0));
    auto& archive = archive_of(state.range(0));
    double first = 0;
    double second = 0;
    for (auto _ : state) {
        state.PauseTiming();
        auto downloads = archive.open();
        const auto before = resident_bytes();
        state.ResumeTiming();
        const Running one(*downloads, format);
        state.PauseTiming();
        const auto between = resident_bytes();
        const Running other(*downloads, format);
        first += between - before;
        second += resident_bytes() - between;
        state.ResumeTiming();
    }
    const auto rounds = static_cast<double>(state.iterations());
    state.counters["bytes_per_member"] = first / rounds / files;
    state.counters["second_request_bytes"] = second / rounds;
}
void sizes(benchmark::internal::Benchmark* bench) {
    bench->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1);
}
BENCHMARK_CAPTURE(first_byte_of, zip, ArchiveFormat::zip)->Apply(sizes);
BENCHMARK_CAPTURE(first_byte_of, tar, ArchiveFormat::tar)->Apply(sizes);
BENCHMARK_CAPTURE(first_byte_of, tar_gz, ArchiveFormat::tar_gz)->Apply(sizes);

/// One more range of an archive of many resources, while the catalog is `written` to or not.
void next_range_of(benchmark::State& state, bool written) {
    static LargeArchive archive(static_cast<int>(state.range(0)), 1);
    auto downloads = archive.open();
    const Running first(*downloads, ArchiveFormat::zip);
    for (auto _ : state) {
        state.PauseTiming();
        if (written) archive.touch();
        state.ResumeTiming();
        const Running next(*downloads, ArchiveFormat::zip);
    }
}
void counts(benchmark::internal::Benchmark* bench) {
    bench->Arg(100'000)->Unit(benchmark::kMillisecond)->Iterations(5);
}
BENCHMARK_CAPTURE(next_range_of, written, true)->Apply(counts);
BENCHMARK_CAPTURE(next_range_of, unwritten, false)->Apply(counts);

}  // namespace
}  // namespace larmor::archive
