// SPDX-License-Identifier: Apache-2.0
#include "catalog/experiments.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/accession.hpp"
#include "catalog/fields_json.hpp"
#include "catalog/removal.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

constexpr std::string_view columns =
    "SELECT e.key, e.id, e.project, p.id, coalesce(e.subject, 0), coalesce(s.id, ''), "
    "coalesce(s.label, ''), coalesce(e.session, 0), coalesce(parent.id, ''), "
    "coalesce(parent.label, ''), e.xsi_type, e.label, e.date, e.fields, e.inserted, "
    "e.inserted_by FROM experiment e JOIN project p ON p.key = e.project "
    "LEFT JOIN subject s ON s.key = e.subject "
    "LEFT JOIN experiment parent ON parent.key = e.session WHERE ";

void append_experiments(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters,
    std::vector<model::Experiment>& experiments
) {
    model::Experiment row;
    std::string fields;
    snapshot.connection().for_each(
        std::string(columns) + condition + " AND " + visible(visibility, "e.project"),
        parameters,
        {row.key,
         row.id,
         row.project,
         row.project_id,
         row.subject,
         row.subject_id,
         row.subject_label,
         row.session,
         row.session_id,
         row.session_label,
         row.xsi_type,
         row.label,
         row.date,
         fields,
         row.origin.inserted,
         row.origin.user},
        [&] {
            row.fields = parse_fields(fields);
            experiments.push_back(row);
        }
    );
}

std::optional<model::Experiment> select_experiment(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters
) {
    std::vector<model::Experiment> found;
    append_experiments(visibility, snapshot, condition, parameters, found);
    if (found.empty()) return {};
    return std::move(found.front());
}

std::string to_condition(const ExperimentFilter& filter, sql::Parameters& parameters) {
    std::string condition = filter.without_assessors ? "e.session IS NULL" : "1 = 1";
    if (filter.project != 0) {
        condition += " AND e.project = ?";
        parameters.emplace_back(filter.project);
    }
    if (filter.subject != 0) {
        condition += " AND e.subject = ?";
        parameters.emplace_back(filter.subject);
    }
    if (!filter.xsi_types.empty()) {
        condition += " AND e.xsi_type IN (";
        for (const auto& type : filter.xsi_types) {
            condition += "?,";
            parameters.emplace_back(type);
        }
        condition.back() = ')';
    }
    return condition;
}

/// A null for what is not there.
std::optional<Key> known(Key key) {
    return key == 0 ? std::optional<Key>() : key;
}

void require_visible_parents(
    const Visibility& visibility, Change& change, const model::Experiment& experiment
) {
    get_project_of(visibility, change, "project", experiment.project);
    if (experiment.subject != 0) {
        get_project_of(visibility, change, "subject", experiment.subject);
    }
    if (experiment.session != 0) {
        get_project_of(visibility, change, "experiment", experiment.session);
    }
}

void require_free(
    const Visibility& visibility, Change& change, const model::Experiment& experiment
) {
    require_nobodys_id(visibility, change, "experiment", experiment.label, experiment.key);
    std::int64_t other = 0;
    auto& connection = change.connection();
    if (connection.read_row(
            "SELECT key FROM experiment WHERE project = ? AND label = ? AND key <> ?",
            {experiment.project, experiment.label, experiment.key},
            {other}
        )) {
        throw Error(
            ErrorKind::conflict, "the project has an experiment '" + experiment.label + "' already"
        );
    }
    if (connection.read_row(
            "SELECT key FROM experiment WHERE id = ? AND key <> ?",
            {experiment.id, experiment.key},
            {other}
        )) {
        throw Error(ErrorKind::conflict, "the experiment id '" + experiment.id + "' is taken");
    }
}

}  // namespace

std::optional<model::Experiment> find_experiment(
    const Visibility& visibility, Snapshot& snapshot, std::string_view id
) {
    return select_experiment(visibility, snapshot, "e.id = ?", {id});
}

std::optional<model::Experiment> find_experiment_in(
    const Visibility& visibility, Snapshot& snapshot, Key project, std::string_view id_or_label
) {
    auto found = select_experiment(
        visibility, snapshot, "e.project = ? AND e.id = ?", {project, id_or_label}
    );
    if (found) return found;
    return select_experiment(
        visibility, snapshot, "e.project = ? AND e.label = ?", {project, id_or_label}
    );
}

std::vector<model::Experiment> list_experiments(
    const Visibility& visibility, Snapshot& snapshot, const ExperimentFilter& filter
) {
    std::vector<model::Experiment> experiments;
    sql::Parameters parameters;
    const auto condition = to_condition(filter, parameters);
    if (filter.sessions.empty()) {
        append_experiments(visibility, snapshot, condition, parameters, experiments);
    }
    in_chunks(filter.sessions, [&](const std::vector<Key>& sessions) {
        append_experiments(
            visibility,
            snapshot,
            condition + " AND " + is_one_of("e.session", sessions),
            parameters,
            experiments
        );
    });
    std::sort(experiments.begin(), experiments.end(), [](const auto& a, const auto& b) {
        const auto order = natural_compare(a.label, b.label);
        return order != 0 ? order < 0 : a.id < b.id;
    });
    return experiments;
}

model::Experiment create_experiment(
    const Visibility& visibility, Change& change, const model::Experiment& experiment
) {
    require_visible_parents(visibility, change, experiment);
    auto row = experiment;
    row.key = 0;
    if (row.id.empty()) row.id = next_accession_id(change, "experiment");
    if (row.label.empty()) row.label = row.id;
    require_free(visibility, change, row);
    change.connection().read_row(
        "INSERT INTO experiment (id, project, subject, session, xsi_type, label, date, fields, "
        "inserted, inserted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
        {row.id,
         row.project,
         known(row.subject),
         known(row.session),
         row.xsi_type,
         row.label,
         row.date,
         format_fields(row.fields),
         row.origin.inserted,
         row.origin.user},
        {row.key}
    );
    return select_experiment(visibility, change, "e.key = ?", {row.key}).value();
}

void replace_experiment(
    const Visibility& visibility, Change& change, const model::Experiment& experiment
) {
    const auto old_project = get_project_of(visibility, change, "experiment", experiment.key);
    require_visible_parents(visibility, change, experiment);
    require_free(visibility, change, experiment);
    change.connection().execute(
        "UPDATE experiment SET project = ?, subject = ?, session = ?, xsi_type = ?, label = ?, "
        "date = ?, fields = ? WHERE key = ?",
        {experiment.project,
         known(experiment.subject),
         known(experiment.session),
         experiment.xsi_type,
         experiment.label,
         experiment.date,
         format_fields(experiment.fields),
         experiment.key}
    );
    change.connection().execute(
        "UPDATE experiment SET subject = ? WHERE session = ?",
        {known(experiment.subject), experiment.key}
    );
    if (old_project == experiment.project) return;
    change.connection().execute(
        "UPDATE resource SET project = ? WHERE key IN (" +
            resources_of_experiments(std::to_string(experiment.key)) + ")",
        {experiment.project}
    );
}

void remove_experiment(const Visibility& visibility, Change& change, Key experiment) {
    get_project_of(visibility, change, "experiment", experiment);
    delete_experiments(
        change, "SELECT key FROM experiment WHERE key = " + std::to_string(experiment)
    );
}

}  // namespace larmor::catalog
