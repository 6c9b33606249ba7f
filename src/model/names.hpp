// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

// The one place that says which names may be stored. Every function throws invalid_argument with
// a message that names the thing, and returns nothing.
namespace larmor::model {

inline constexpr std::size_t path_bytes_max = 1024;
inline constexpr std::size_t segment_bytes_max = 255;

/// `[A-Za-z0-9_-]+`, as XNAT has it.
void check_project_id(std::string_view id);
/// `[A-Za-z0-9_-]+`.
void check_subject_label(std::string_view label);
/// Of a session or assessor: likewise, and not `ALL`, which names all of them.
void check_experiment_label(std::string_view label);
/// Of a scan or reconstruction: one path segment that a selector can name, so without comma.
/// `what` is the word for the message.
void check_item_id(std::string_view what, std::string_view id);
/// One path segment that a selector can name and that is not a number, which would read as the
/// numeric id of a resource.
void check_resource_label(std::string_view label);
/// Of a resource of a user's cache, where a number is a label like any other.
void check_cache_resource_label(std::string_view label);
/// A file's path in its resource: relative, at most 1,024 bytes, segments of 1 to 255 bytes,
/// none of them "." or ".." (with backslashes read as slashes too), not absolute on Windows, UTF-8
/// without NUL.
void check_file_path(std::string_view path);

}  // namespace larmor::model
