// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "archive/entries.hpp"

// For tests: entries of nothing but names.
namespace larmor::archive {

/// Rows of nothing but paths, in the catalog's order.
class Paths final : public catalog::ResourceFiles {
public:
    explicit Paths(std::vector<std::string> paths) : paths_(std::move(paths)) {
        std::sort(paths_.begin(), paths_.end());
        for (const auto& path : paths_)
            rows_.push_back(row_of(path));
    }
    const std::vector<catalog::CompactFile>& rows() const override { return rows_; }
    std::size_t memory_bytes() const override { return rows_.size() * sizeof(rows_[0]); }

private:
    static catalog::CompactFile row_of(const std::string& path) {
        catalog::CompactFile row;
        row.path = path;
        row.format = path;
        row.size = path.size();
        row.created = 1'700'000'001'999;
        return row;
    }

    std::vector<std::string> paths_;
    std::vector<catalog::CompactFile> rows_;
};

inline EntryFolder folder(const std::string& name, const std::vector<std::string>& paths) {
    return {name, std::make_shared<Paths>(paths)};
}

inline std::vector<std::string> names_of(const pack::Entries& entries) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < entries.count(); ++i)
        names.push_back(entries.at(i).name);
    return names;
}

}  // namespace larmor::archive
