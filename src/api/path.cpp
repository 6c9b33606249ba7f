// SPDX-License-Identifier: Apache-2.0
#include "api/path.hpp"

#include <array>

#include "base/text.hpp"

namespace larmor::api {
namespace {

using archive::ItemKind;

struct Collection {
    std::string_view word;
    ItemKind kind;
    Place list;
    Place item;
};
constexpr std::array collections{
    Collection{"scans", ItemKind::scans, Place::scans, Place::scan},
    Collection{
        "reconstructions",
        ItemKind::reconstructions,
        Place::reconstructions,
        Place::reconstruction},
    Collection{"assessors", ItemKind::assessors, Place::assessors, Place::assessor},
};

/// Walks the segments from the project down; each step takes what it knows and leaves the rest.
class TreeParser {
public:
    TreeParser(const std::vector<std::string>& segments, std::size_t first, bool ends_with_slash)
        : segments_(segments), at_(first), ends_with_slash_(ends_with_slash) {}

    std::optional<Path> parse() {
        auto& selector = path_.selector;
        bool named = take_level("projects", Place::projects, Place::project, selector.project);
        named |= take_level("subjects", Place::subjects, Place::subject, selector.subject);
        named |=
            take_level("experiments", Place::experiments, Place::experiment, selector.experiment);
        if (!named && !is_list_) return {};
        if (path_.selector.experiment) take_items();
        // An assessor is an experiment too, and its files are listed below out or in.
        const bool one = path_.selector.experiment && path_.selector.items == ItemKind::none;
        if (one) take_direction();
        take_resource();
        take_files();
        // `assessors/A/out` alone is no thing, least of all the assessor.
        if (at_ != segments_.size() || ends_at_direction_) return {};
        return path_;
    }

    /// `user/cache/resources/…`, the scratch space of whoever asks.
    std::optional<Path> parse_user_cache() {
        if (!take_word("user") || !take_word("cache")) return {};
        take_resource();
        take_files();
        if (at_ != segments_.size()) return {};
        switch (path_.place) {
            case Place::resources: path_.place = Place::cache_resources; break;
            case Place::resource: path_.place = Place::cache_resource; break;
            case Place::files: path_.place = Place::cache_files; break;
            case Place::file: path_.place = Place::cache_file; break;
            default: return {};
        }
        // `files` is below a resource here and nowhere else.
        if (!path_.selector.resource && path_.place != Place::cache_resources) return {};
        return path_;
    }

private:
    bool has_next() const { return at_ < segments_.size() && !is_list_; }
    bool take_word(std::string_view word) {
        if (!has_next() || segments_[at_] != word) return false;
        ++at_;
        return true;
    }

    /// `word` alone is the list; `word/NAME` is one of them.
    bool take_level(
        std::string_view word, Place list, Place one, std::optional<std::string>& name
    ) {
        if (!take_word(word)) return false;
        is_list_ = at_ == segments_.size();
        path_.place = is_list_ ? list : one;
        if (!is_list_) name = segments_[at_++];
        return !is_list_;
    }

    void take_items() {
        for (const auto& collection : collections) {
            std::optional<std::string> item;
            if (!take_word(collection.word)) continue;
            path_.selector.items = collection.kind;
            is_list_ = at_ == segments_.size();
            path_.place = is_list_ ? collection.list : collection.item;
            if (is_list_) {
                path_.selector.item = "ALL";
                return;
            }
            path_.selector.item = segments_[at_++];
            if (collection.kind != ItemKind::scans) take_direction();
            return;
        }
    }

    void take_direction() {
        if (!has_next()) return;
        if (equals_ignoring_case(segments_[at_], "in")) {
            path_.selector.direction = model::Direction::in;
            ++at_;
        } else if (equals_ignoring_case(segments_[at_], "out")) {
            ++at_;
        } else {
            return;
        }
        ends_at_direction_ = at_ == segments_.size();
    }

    void take_resource() {
        if (!take_word("resources")) return;
        if (at_ == segments_.size()) {
            is_list_ = true;
            path_.place = Place::resources;
            return;
        }
        path_.selector.resource = segments_[at_++];
        path_.place = Place::resource;
    }

    void take_files() {
        if (!take_word("files")) return;
        path_.place = at_ == segments_.size() ? Place::files : Place::file;
        for (; at_ < segments_.size(); ++at_) {
            if (!path_.file.empty()) path_.file += '/';
            path_.file += segments_[at_];
        }
        if (path_.place == Place::file && ends_with_slash_) path_.file += '/';
    }

    const std::vector<std::string>& segments_;
    std::size_t at_;
    bool ends_with_slash_;
    bool is_list_ = false;
    bool ends_at_direction_ = false;
    Path path_;
};

Path site(Place place) {
    Path path;
    path.place = place;
    return path;
}

std::optional<Path> parse_site_path(const std::vector<std::string>& segments) {
    const auto joined = join(segments, "/");
    if (joined == "healthz") return site(Place::liveness);
    if (joined == "readyz") return site(Place::readiness);
    if (joined == "xapi/siteConfig/buildInfo") return site(Place::build_info);
    if (joined == "data/JSESSION" || joined == "REST/JSESSION") return site(Place::session_id);
    if (joined == "data/auth" || joined == "REST/auth") return site(Place::signed_in_user);
    return {};
}

}  // namespace

std::optional<Path> parse_path(const http::Target& target) {
    const auto& segments = target.segments;
    if (auto path = parse_site_path(segments)) return path;
    if (segments.empty() || (segments[0] != "data" && segments[0] != "REST")) return {};
    const bool archive = segments.size() > 1 && segments[1] == "archive";
    const std::size_t first = archive ? 2 : 1;
    if (segments.size() > first && segments[first] == "user") {
        return TreeParser(segments, first, target.ends_with_slash).parse_user_cache();
    }
    return TreeParser(segments, first, target.ends_with_slash).parse();
}

}  // namespace larmor::api
