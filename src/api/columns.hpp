// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/table.hpp"
#include "http/request.hpp"
#include "model/tree.hpp"

namespace larmor::api {

/// Everything a list can show of an object: members under their column names, fields under their
/// paths.
using Cells = std::map<std::string, std::string>;

Cells cells_of(const model::Project& project);
Cells cells_of(const model::Subject& subject);
Cells cells_of(const model::Experiment& experiment);
Cells cells_of(const model::Scan& scan, const model::Experiment& session);
Cells cells_of(const model::Reconstruction& reconstruction, const model::Experiment& session);

/// The cell of an experiment's primary key, as XNAT calls it.
inline constexpr const char* experiment_key_cell = "xnat:subjectassessordata/id";

enum class Paging { offered, ignored };

/// What a kind of list shows.
struct ListKind {
    std::string root_type;                     // shortcuts and paths are looked up from it
    std::vector<std::string> default_columns;  // names of cells
    std::vector<std::string> always;           // come along with whatever `columns=` asks
    std::string title;
    Paging paging = Paging::ignored;  // `limit` and `offset`
};

/// The list as the query wants it: `columns`, filters by shortcut or path, `sortBy`, `sortOrder`,
/// `limit` and `offset` where the kind offers them. The primary key of experiments is called
/// after the one type that `xsiType` asks for. Throws invalid_argument for a limit or offset that
/// is no number.
http::Answer list_answer(
    const http::Request& request, const ListKind& kind, std::vector<Cells> objects
);

}  // namespace larmor::api
