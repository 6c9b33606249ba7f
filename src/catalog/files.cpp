// SPDX-License-Identifier: Apache-2.0
#include "catalog/files.hpp"

#include <utility>

#include "base/error.hpp"
#include "catalog/blob_row.hpp"
#include "catalog/blob_use.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

std::vector<model::File> select_files(
    Snapshot& snapshot, std::string_view condition, const sql::Parameters& parameters
) {
    std::vector<model::File> files;
    model::File row;
    BlobRow blob;
    sql::Targets targets = {
        row.path, row.format, row.content, row.tags, row.description, row.created, row.user};
    blob.append_to(targets);
    snapshot.connection().for_each(
        "SELECT f.path, f.format, f.content, f.tags, f.description, f.created, f.created_by, " +
            std::string(BlobRow::columns) +
            " FROM file f JOIN blob b ON b.key = f.blob WHERE f.resource = ? AND " +
            std::string(condition),
        parameters,
        targets,
        [&] {
            row.blob = blob.to_blob();
            files.push_back(row);
        }
    );
    return files;
}

std::optional<model::File> select_file(Snapshot& snapshot, Key resource, std::string_view path) {
    auto found = select_files(snapshot, "f.path = ?", {resource, path});
    if (found.empty()) return {};
    return std::move(found.front());
}

void write_file(Change& change, Key resource, const model::File& file, Key blob) {
    change.connection().execute(
        "INSERT INTO file (resource, path, format, content, tags, description, created, "
        "created_by, blob) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (resource, path) DO UPDATE SET format = excluded.format, "
        "content = excluded.content, tags = excluded.tags, description = excluded.description, "
        "created = excluded.created, created_by = excluded.created_by, blob = excluded.blob",
        {resource,
         file.path,
         file.format,
         file.content,
         file.tags,
         file.description,
         file.created,
         file.user,
         blob}
    );
}

void count(Change& change, Key resource, std::int64_t files, std::int64_t bytes) {
    change.connection().execute(
        "UPDATE resource SET file_count = file_count + ?, file_size = file_size + ?, "
        "revision = revision + 1 WHERE key = ?",
        {files, bytes, resource}
    );
}

/// Some files of one resource, as a condition on the columns of `alias`.
struct PathSet {
    std::string condition(const std::string& alias) const {
        if (kind == Kind::all) return "1 = 1";
        if (kind == Kind::one) return alias + ".path = ?";
        return alias + ".path >= ? AND " + alias + ".path < ?";
    }
    void append_to(sql::Parameters& parameters) const {
        if (kind != Kind::all) parameters.emplace_back(from);
        if (kind == Kind::below) parameters.emplace_back(to);
    }

    enum class Kind { one, below, all } kind = Kind::all;
    std::string from;
    std::string to;
};

PathSet below(std::string_view folder) {
    if (folder.empty()) return {};
    PathSet paths{PathSet::Kind::below, std::string(folder), {}};
    if (!folder.ends_with('/')) paths.from += '/';
    // The byte behind '/' ends the range of all that begins with "folder/".
    paths.to = paths.from;
    paths.to.back() = '/' + 1;
    return paths;
}

/// A file as the folder of another could neither be laid out as a tree nor unpacked from a zip.
void refuse_folder_clash(Change& change, Key resource, std::string_view path) {
    const auto refuse = [&](std::string_view folder, std::string_view file) {
        throw Error(
            ErrorKind::conflict,
            "cannot store '" + std::string(path) + "': '" + std::string(folder) +
                "' cannot be a file and the folder of '" + std::string(file) + "'"
        );
    };
    std::string found;
    auto& connection = change.connection();
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
        const auto folder = path.substr(0, slash);
        if (connection.read_row(
                "SELECT path FROM file WHERE resource = ? AND path = ?", {resource, folder}, {found}
            )) {
            refuse(folder, path);
        }
    }
    const auto inside = below(path);
    if (connection.read_row(
            "SELECT path FROM file WHERE resource = ? AND path >= ? AND path < ? "
            "ORDER BY path LIMIT 1",
            {resource, inside.from, inside.to},
            {found}
        )) {
        refuse(path, found);
    }
}

void mark_last_blobs(Change& change, Key resource, const PathSet& paths) {
    const UnixMillis now = now_millis();
    sql::Parameters parameters = {now, resource};
    paths.append_to(parameters);
    parameters.emplace_back(resource);
    paths.append_to(parameters);
    change.connection().execute(
        "UPDATE blob SET unreferenced_since = ? WHERE key IN "
        "(SELECT f.blob FROM file f WHERE f.resource = ? AND " +
            paths.condition("f") +
            ") "
            "AND NOT EXISTS (SELECT 1 FROM file other WHERE other.blob = blob.key "
            "AND NOT (other.resource = ? AND " +
            paths.condition("other") + "))",
        parameters
    );
}

std::size_t remove_paths(
    const Visibility& visibility, Change& change, Key resource, const PathSet& paths
) {
    get_project_of(visibility, change, "resource", resource);
    sql::Parameters parameters = {resource};
    paths.append_to(parameters);
    const auto condition = "f.resource = ? AND " + paths.condition("f");
    std::int64_t files = 0;
    std::int64_t bytes = 0;
    change.connection().read_row(
        "SELECT count(*), coalesce(sum(b.size), 0) FROM file f JOIN blob b ON b.key = f.blob "
        "WHERE " +
            condition,
        parameters,
        {files, bytes}
    );
    if (files == 0) return 0;
    mark_last_blobs(change, resource, paths);
    change.connection().execute("DELETE FROM file AS f WHERE " + condition, parameters);
    count(change, resource, -files, -bytes);
    return static_cast<std::size_t>(files);
}

/// Equal content that came again mends what is missing or damaged.
AddedFile keep_file(Change& change, const model::Blob& old, const model::Blob& come) {
    if (old.digest != come.digest) return {.outcome = Added::kept, .used = old};
    auto [blob, object_is_used] = use_blob(change, come);
    return {.outcome = Added::kept, .object_is_used = object_is_used, .used = std::move(blob)};
}

}  // namespace

std::vector<model::File> list_files(
    const Visibility& visibility,
    Snapshot& snapshot,
    const model::Resource& resource,
    std::string_view after,
    std::size_t limit
) {
    if (!find_project_of(visibility, snapshot, "resource", resource.key)) return {};
    return select_files(
        snapshot, "f.path > ? ORDER BY f.path LIMIT ?", {resource.key, after, limit}
    );
}

std::optional<model::File> find_file(
    const Visibility& visibility, Snapshot& snapshot, Key resource, std::string_view path
) {
    if (!find_project_of(visibility, snapshot, "resource", resource)) return {};
    return select_file(snapshot, resource, path);
}

AddedFile add_file(
    const Visibility& visibility,
    Change& change,
    Key resource,
    const model::File& file,
    Existing existing
) {
    get_project_of(visibility, change, "resource", resource);
    const auto old = select_file(change, resource, file.path);
    if (old && existing == Existing::keep) return keep_file(change, old->blob, file.blob);
    if (!old) refuse_folder_clash(change, resource, file.path);
    auto [blob, object_is_used] = use_blob(change, file.blob);
    write_file(change, resource, file, blob.key);
    if (old && old->blob.key != blob.key) mark_if_unreferenced(change, old->blob.key);
    const auto size = static_cast<std::int64_t>(file.blob.digest.size);
    const auto old_size = old ? static_cast<std::int64_t>(old->blob.digest.size) : 0;
    count(change, resource, old ? 0 : 1, size - old_size);
    return {
        .outcome = old ? Added::replaced : Added::stored,
        .object_is_used = object_is_used,
        .used = std::move(blob)};
}

std::size_t remove_file(
    const Visibility& visibility, Change& change, Key resource, std::string_view path
) {
    return remove_paths(visibility, change, resource, {PathSet::Kind::one, std::string(path), {}});
}

std::size_t remove_files_below(
    const Visibility& visibility, Change& change, Key resource, std::string_view folder
) {
    return remove_paths(visibility, change, resource, below(folder));
}

}  // namespace larmor::catalog
