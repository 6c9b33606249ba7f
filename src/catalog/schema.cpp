// SPDX-License-Identifier: Apache-2.0
#include "catalog/schema.hpp"

namespace larmor::catalog {
namespace {

// Moments are milliseconds since 1970 (UTC). `fields` is one JSON object of texts, read and
// written whole. Texts are never null: what is not given is empty.
const sql::Migration first_version = {
    R"(CREATE TABLE setting (
        name {text} PRIMARY KEY,
        value {text} NOT NULL
    ))",
    // Accession ids begin with it; spec: site ids hold neither blanks nor quotes.
    "INSERT INTO setting (name, value) VALUES ('site_id', 'XNAT')",

    // The next number of an accession id, by kind ('subject', 'experiment'). Only ever grows.
    R"(CREATE TABLE accession_counter (
        kind {text} PRIMARY KEY,
        next bigint NOT NULL
    ))",
    "INSERT INTO accession_counter (kind, next) VALUES ('subject', 1)",
    "INSERT INTO accession_counter (kind, next) VALUES ('experiment', 1)",

    // Ids of what was deleted: an accession id is never given out again, a project's id never
    // taken again.
    R"(CREATE TABLE retired_id (
        kind {text} NOT NULL,
        id {text} NOT NULL,
        PRIMARY KEY (kind, id)
    ))",

    R"(CREATE TABLE project (
        key {key},
        id {text} NOT NULL UNIQUE,
        secondary_id {text} NOT NULL,
        name {text} NOT NULL,
        description {text} NOT NULL,
        accessibility {text} NOT NULL
            CHECK (accessibility IN ('private', 'protected', 'public')),
        fields {text} NOT NULL,
        inserted bigint NOT NULL,
        inserted_by {text} NOT NULL
    ))",

    R"(CREATE TABLE subject (
        key {key},
        id {text} NOT NULL UNIQUE,
        project bigint NOT NULL REFERENCES project ON DELETE CASCADE,
        label {text} NOT NULL,
        fields {text} NOT NULL,
        inserted bigint NOT NULL,
        inserted_by {text} NOT NULL,
        UNIQUE (project, label)
    ))",

    R"(CREATE TABLE experiment (
        key {key},
        id {text} NOT NULL UNIQUE,
        project bigint NOT NULL REFERENCES project ON DELETE CASCADE,
        -- null: of no subject yet
        subject bigint REFERENCES subject ON DELETE CASCADE,
        -- the session that an assessor was made from; null: it is a session itself
        session bigint REFERENCES experiment ON DELETE CASCADE,
        xsi_type {text} NOT NULL,
        label {text} NOT NULL,
        -- yyyy-MM-dd or empty
        date {text} NOT NULL,
        fields {text} NOT NULL,
        inserted bigint NOT NULL,
        inserted_by {text} NOT NULL,
        UNIQUE (project, label)
    ))",
    "CREATE INDEX experiment_subject ON experiment (subject)",
    "CREATE INDEX experiment_session ON experiment (session)",

    R"(CREATE TABLE scan (
        key {key},
        session bigint NOT NULL REFERENCES experiment ON DELETE CASCADE,
        id {text} NOT NULL,
        type {text} NOT NULL,
        xsi_type {text} NOT NULL,
        quality {text} NOT NULL,
        note {text} NOT NULL,
        series_description {text} NOT NULL,
        fields {text} NOT NULL,
        inserted bigint NOT NULL,
        inserted_by {text} NOT NULL,
        UNIQUE (session, id)
    ))",

    R"(CREATE TABLE reconstruction (
        key {key},
        session bigint NOT NULL REFERENCES experiment ON DELETE CASCADE,
        id {text} NOT NULL,
        type {text} NOT NULL,
        base_scan_type {text} NOT NULL,
        fields {text} NOT NULL,
        inserted bigint NOT NULL,
        inserted_by {text} NOT NULL,
        UNIQUE (session, id)
    ))",

    R"(CREATE TABLE resource (
        key {key},
        -- of its owner, kept here so that the right to read costs no walk up the tree. Without
        -- ON DELETE: resources are removed by name, so that no blob loses its mark.
        project bigint NOT NULL REFERENCES project,
        -- the table of the owner, and its key there
        owner_kind {text} NOT NULL CHECK (
            owner_kind IN ('project', 'subject', 'experiment', 'scan', 'reconstruction')),
        owner bigint NOT NULL,
        -- 'out' and 'in' are for assessors and reconstructions, empty for all else
        direction {text} NOT NULL CHECK (direction IN ('', 'out', 'in')),
        -- empty: unlabelled
        label {text} NOT NULL,
        format {text} NOT NULL,
        content {text} NOT NULL,
        description {text} NOT NULL,
        tags {text} NOT NULL,
        -- kept up to date by every change of its files
        file_count bigint NOT NULL,
        file_size bigint NOT NULL,
        -- grows in every transaction that changes its files or the state of their blobs
        revision bigint NOT NULL,
        UNIQUE (owner_kind, owner, direction, label)
    ))",
    "CREATE INDEX resource_project ON resource (project)",

    R"(CREATE TABLE blob (
        -- in order of insertion: the files of one upload stand together
        key {key},
        -- of the content, hashes in lower-case hex
        size bigint NOT NULL,
        crc32 bigint NOT NULL,
        md5 {text} NOT NULL,
        sha256 {text} NOT NULL,
        -- how the object holds the content
        form {text} NOT NULL CHECK (form IN ('plain')),
        stored_length bigint NOT NULL,
        -- SHA-256 of the stored bytes; null when plain, where it is that of the content
        stored_digest {text},
        object_key {text} NOT NULL UNIQUE,
        state {text} NOT NULL CHECK (state IN ('sound', 'missing', 'damaged')),
        -- since when no file has it; null while any has
        unreferenced_since bigint,
        UNIQUE (sha256, size)
    ))",
    ("CREATE INDEX blob_unreferenced ON blob (unreferenced_since) "
     "WHERE unreferenced_since IS NOT NULL"),

    R"(CREATE TABLE file (
        resource bigint NOT NULL REFERENCES resource ON DELETE CASCADE,
        path {text} NOT NULL,
        format {text} NOT NULL,
        content {text} NOT NULL,
        tags {text} NOT NULL,
        description {text} NOT NULL,
        created bigint NOT NULL,
        created_by {text} NOT NULL,
        blob bigint NOT NULL REFERENCES blob,
        PRIMARY KEY (resource, path)
    ) {without_rowid})",
    "CREATE INDEX file_blob ON file (blob)",

    R"(CREATE TABLE app_user (
        key {key},
        name {text} NOT NULL UNIQUE,
        password_hash {text} NOT NULL,
        -- 0 or 1
        is_administrator bigint NOT NULL,
        is_enabled bigint NOT NULL,
        -- grows with every change, so that remembered verdicts on passwords end
        revision bigint NOT NULL
    ))",
};

/// A user's cache is a project too, the unit of rights, that only its user ever sees.
const sql::Migration user_caches = {
    // null: an ordinary project
    "ALTER TABLE project ADD COLUMN cache_of bigint REFERENCES app_user",
    ("CREATE UNIQUE INDEX project_cache_of ON project (cache_of) "
     "WHERE cache_of IS NOT NULL"),
};

const sql::Migration labels_of_all_projects = {
    // Whether a new accession id is somebody's label, in whatever project.
    "CREATE INDEX subject_label ON subject (label)",
    "CREATE INDEX experiment_label ON experiment (label)",
    // In a user's cache every name is a label, which `NULL` was not.
    ("UPDATE resource SET label = 'NULL' WHERE label = '' AND project IN "
     "(SELECT key FROM project WHERE cache_of IS NOT NULL)"),
};

}  // namespace

const sql::Schema& catalog_schema() {
    static const sql::Schema schema = {
        .migrations = {first_version, user_caches, labels_of_all_projects}};
    return schema;
}

}  // namespace larmor::catalog
