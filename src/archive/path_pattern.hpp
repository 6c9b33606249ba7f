// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace larmor::archive {

/// Which files of a resource a path below `files` means: `sub/` all that lie below that folder,
/// `sub/1*` all that begin so, `sub/1.dcm` that one. A star stands for something only at the end,
/// as in XNAT.
class PathPattern {
public:
    /// Every file.
    PathPattern() = default;
    explicit PathPattern(std::string text);
    /// Every file, told apart by its path in the resource alone.
    static PathPattern whole_resource();

    bool takes_all() const { return kind_ == Kind::all; }
    /// Whether it is the path of one file and no pattern.
    bool names_one() const { return kind_ == Kind::one; }
    bool is_folder() const { return kind_ == Kind::folder; }
    bool matches(std::string_view path) const;
    /// What all that match begin with: `sub/`, `sub/1`; of one file its path.
    const std::string& prefix() const { return prefix_; }
    /// Whether an archive of the matches names them by their path in the resource, as XNAT does
    /// when the address goes on below `files`.
    bool names_from_resource() const { return names_from_resource_; }
    /// The same with blanks for its `+`.
    PathPattern with_blanks() const;
    /// Equal for equal patterns only.
    std::string key() const;

private:
    enum class Kind : char { all = 'a', folder = 'f', prefix = 'p', one = 'o' };
    Kind kind_ = Kind::all;
    std::string prefix_;
    bool names_from_resource_ = false;
};

}  // namespace larmor::archive
