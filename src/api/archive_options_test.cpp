// SPDX-License-Identifier: Apache-2.0
#include "api/archive_options.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::api {
namespace {

using archive::ArchiveFormat;
using archive::ArchiveOptions;
using archive::Structure;

ArchiveOptions read(
    const std::vector<http::Parameter>& parameters, ArchiveFormat format = ArchiveFormat::zip
) {
    http::Query query;
    for (const auto& parameter : parameters)
        query.add(parameter);
    return read_archive_options(query, format);
}

http::Parameter parameter(const std::string& name, const std::string& value) {
    http::Parameter result;
    result.name = name;
    result.value = value;
    return result;
}

ErrorKind refusal_of(
    const std::string& name, const std::string& value, ArchiveFormat format = ArchiveFormat::zip
) {
    try {
        read({parameter(name, value)}, format);
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(name), std::string::npos);
        return error.kind();
    }
    ADD_FAILURE() << name << "=" << value << " was taken";
    return ErrorKind::corrupt;
}

}  // namespace

TEST(ArchiveOptions, AreXnatsDefaultsWithoutParameters) {
    const auto options = read({});
    EXPECT_EQ(options.layout.structure, Structure::standard);
    EXPECT_FALSE(options.layout.project_in_path);
    EXPECT_FALSE(options.layout.subject_in_path);
    EXPECT_EQ(options.times, archive::FileTimes::fixed);
    EXPECT_EQ(options.missing, archive::MissingFiles::refuse);
}

TEST(ArchiveOptions, KnowFourStructuresAndTakeAnythingElseForTheDefault) {
    const auto structure_of = [](const std::string& value) {
        return read({parameter("structure", value)}).layout.structure;
    };
    EXPECT_EQ(structure_of("simplified"), Structure::simplified);
    EXPECT_EQ(structure_of("improved"), Structure::improved);
    EXPECT_EQ(structure_of("legacy"), Structure::legacy);
    for (const auto* other : {"default", "Improved", "", "flat"})
        EXPECT_EQ(structure_of(other), Structure::standard);
}

TEST(ArchiveOptions, AreReadFromTheirParameters) {
    const auto options = read(
        {parameter("projectIncludedInPath", "true"),
         parameter("subjectIncludedInPath", "1"),
         parameter("mtime", "keep"),
         parameter("missing", "skip"),
         parameter("compression", "0")}
    );
    EXPECT_TRUE(options.layout.project_in_path);
    EXPECT_TRUE(options.layout.subject_in_path);
    EXPECT_EQ(options.times, archive::FileTimes::kept);
    EXPECT_EQ(options.missing, archive::MissingFiles::skip);
}

TEST(ArchiveOptions, RefuseWhatTheyDoNotKnow) {
    EXPECT_EQ(refusal_of("mtime", "now"), ErrorKind::invalid_argument);
    EXPECT_EQ(refusal_of("missing", ""), ErrorKind::invalid_argument);
    for (const auto* method : {"1", "-1", "fast", "", "8.0"})
        EXPECT_EQ(refusal_of("compression", method), ErrorKind::invalid_argument);
}

TEST(ArchiveOptions, TakeXnatsTwoMethodsOfAZip) {
    const auto compression_of = [](const std::string& value) {
        return read({parameter("compression", value)}).compression;
    };
    EXPECT_EQ(compression_of("0"), archive::Compression::stored);
    EXPECT_EQ(compression_of("8"), archive::Compression::deflated);
}

TEST(ArchiveOptions, LeaveCompressionOfATarAside) {
    for (const auto* method : {"0", "8", "9"})
        EXPECT_NO_THROW(read({parameter("compression", method)}, ArchiveFormat::tar));
}

}  // namespace larmor::api
