// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <thread>

#include <unistd.h>

#include <benchmark/benchmark.h>

#include "catalog/file_cache.hpp"
#include "catalog/files.hpp"
#include "catalog/projects.hpp"
#include "catalog/resources.hpp"

namespace larmor::catalog {
namespace {

constexpr int files_of_a_session = 20'000;

model::File make_file(int number) {
    Sha256 hasher;
    hasher.push(std::to_string(number));
    model::File file;
    file.path = "scan/1.3.12.2.1107.5.2.32.35162." + std::to_string(10'000'000 + number) + ".dcm";
    file.format = "DICOM";
    file.content = "RAW";
    file.user = "admin";
    file.blob.digest.size = 210'000;
    file.blob.digest.sha256 = hasher.finish();
    file.blob.stored_length = 210'000;
    file.blob.object_key = "20261122T093700-1a2b3c4d/" + std::to_string(number);
    return file;
}

/// A SQLite catalog in a temporary folder with one resource of 20,000 files.
class Session {
public:
    Session()
        : folder_(
              std::filesystem::temp_directory_path() /
              ("larmor_bench_" + std::to_string(::getpid()))
          ) {
        std::filesystem::create_directories(folder_);
        catalog_ = std::make_unique<Catalog>((folder_ / "catalog.sqlite").string());
        resource_ = catalog_->write([&](Change& change) {
            model::Project project;
            project.id = "TEST";
            model::Resource resource;
            resource.owner = {model::OwnerKind::project, create_project(all, change, project).key};
            resource.label = "DICOM";
            resource = create_resource(all, change, resource);
            for (next_ = 0; next_ < files_of_a_session; ++next_) {
                add_file(all, change, resource.key, make_file(next_), Existing::keep);
            }
            return resource;
        });
    }
    ~Session() {
        catalog_.reset();
        std::filesystem::remove_all(folder_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Catalog& catalog() { return *catalog_; }
    Key resource() const { return resource_.key; }
    model::Resource current(Snapshot& snapshot) {
        return find_resource(all, snapshot, resource_.key).value();
    }
    model::File next_file() { return make_file(next_++); }

    const Visibility all = Visibility::everything();

private:
    std::filesystem::path folder_;
    std::unique_ptr<Catalog> catalog_;
    model::Resource resource_;
    std::atomic<int> next_ = 0;
};

Session& session() {
    static Session instance;
    return instance;
}

void count_files(benchmark::State& state, std::int64_t files) {
    state.SetItemsProcessed(state.iterations() * files);
}

void read_rows_of_a_plan(benchmark::State& state) {
    session();  // filled before the clock runs
    for (auto _ : state) {
        FileCache cache(100'000'000);
        session().catalog().read([&](Snapshot& snapshot) {
            const auto files = cache.get(session().all, snapshot, session().current(snapshot));
            benchmark::DoNotOptimize(files->rows().data());
        });
    }
    count_files(state, files_of_a_session);
}
BENCHMARK(read_rows_of_a_plan)->Unit(benchmark::kMillisecond);

void read_rows_of_a_plan_again(benchmark::State& state) {
    FileCache cache(100'000'000);
    for (auto _ : state) {
        session().catalog().read([&](Snapshot& snapshot) {
            const auto files = cache.get(session().all, snapshot, session().current(snapshot));
            benchmark::DoNotOptimize(files->rows().data());
        });
    }
    count_files(state, files_of_a_session);
}
BENCHMARK(read_rows_of_a_plan_again)->Unit(benchmark::kMillisecond);

void list_files_in_pages(benchmark::State& state) {
    for (auto _ : state) {
        session().catalog().read([&](Snapshot& snapshot) {
            const auto resource = session().current(snapshot);
            std::string after;
            while (true) {
                const auto page = list_files(session().all, snapshot, resource, after, 1000);
                if (page.empty()) break;
                after = page.back().path;
            }
        });
    }
    count_files(state, files_of_a_session);
}
BENCHMARK(list_files_in_pages)->Unit(benchmark::kMillisecond);

/// The catalog's part of an upload of a thousand files: one transaction.
void add_a_thousand_files(benchmark::State& state) {
    for (auto _ : state) {
        session().catalog().write([&](Change& change) {
            for (int i = 0; i < 1000; ++i) {
                add_file(
                    session().all,
                    change,
                    session().resource(),
                    session().next_file(),
                    Existing::keep
                );
            }
        });
    }
    count_files(state, 1000);
}
BENCHMARK(add_a_thousand_files)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(20)
    ->MeasureProcessCPUTime();

/// Uploads of one file each, by several threads: what waits together is committed together.
void add_one_file(benchmark::State& state) {
    for (auto _ : state) {
        session().catalog().write([&](Change& change) {
            add_file(
                session().all, change, session().resource(), session().next_file(), Existing::keep
            );
        });
    }
    count_files(state, 1);
}
BENCHMARK(add_one_file)->Threads(1)->Threads(16)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
}  // namespace larmor::catalog
