// SPDX-License-Identifier: Apache-2.0
#include "archive/archive_request.hpp"

#include <optional>
#include <vector>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace larmor::archive {
namespace {

/// Texts one after the other, told apart by their lengths.
class Key {
public:
    void add(const std::string& text) { hash_.push(std::to_string(text.size()) + ':' + text); }
    void add(const std::optional<std::string>& text) {
        hash_.push(text ? "+" : "-");
        if (text) add(*text);
    }
    void add(const std::vector<std::string>& texts) {
        add_number(texts.size());
        for (const auto& text : texts)
            add(text);
    }
    template <class Number>
    void add_number(Number number) {
        hash_.push(std::to_string(static_cast<std::uint64_t>(number)) + ' ');
    }
    std::string finish() { return digest_to_hex(hash_.finish()); }

private:
    Sha256 hash_;
};

void add(Key& key, const model::Visibility& visibility) {
    std::vector<std::string> readable;
    for (const auto& [project, rights] : visibility.projects()) {
        if (rights.read) readable.push_back(std::to_string(project));
    }
    key.add_number(visibility.sees_everything());
    key.add(readable);
}

void add(Key& key, const Selector& selector) {
    key.add(selector.project);
    key.add(selector.subject);
    key.add(selector.experiment);
    key.add_number(selector.items);
    key.add(selector.item);
    key.add_number(selector.direction);
    key.add(selector.resource);
}

void add(Key& key, const ArchiveOptions& options) {
    key.add_number(options.layout.structure);
    key.add_number(options.layout.project_in_path);
    key.add_number(options.layout.subject_in_path);
    key.add_number(options.times);
}

}  // namespace

std::string request_key(const model::Visibility& visibility, const ArchiveRequest& request) {
    Key key;
    add(key, visibility);
    add(key, request.selector);
    add(key, request.options);
    key.add_number(request.format);
    key.add_number(request.depth);
    key.add(request.filter.contents);
    key.add(request.filter.formats);
    key.add(request.filter.path.key());
    return key.finish();
}

}  // namespace larmor::archive
