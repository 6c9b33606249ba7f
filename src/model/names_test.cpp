// SPDX-License-Identifier: Apache-2.0
#include "model/names.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::model {

TEST(Names, AllowWhatXnatAllows) {
    EXPECT_NO_THROW(check_project_id("TEST_2-b"));
    EXPECT_NO_THROW(check_subject_label("S-1_a"));
    EXPECT_NO_THROW(check_experiment_label("S-1_a"));
    for (const auto* id : {"1", "5001", "1-MR1", "T1+C", "a b", "é", "NA", "..."}) {
        EXPECT_NO_THROW(check_item_id("scan ID", id)) << id;
    }
    EXPECT_NO_THROW(check_resource_label("DICOM"));
    EXPECT_NO_THROW(check_resource_label("NIFTI (gz)"));
}

TEST(Names, RefuseWhatNoSelectorCouldName) {
    for (const auto* bad : {"", ".", "..", "a/b", "a\\b", "a,b", "a\nb", " a", "\xFF"}) {
        EXPECT_THROW(check_item_id("scan ID", bad), Error) << bad;
        EXPECT_THROW(check_resource_label(bad), Error) << bad;
    }
    for (const auto* keyword : {"ALL", "*", "NULL", "a[COMMA]b", "[SLASH]"}) {
        EXPECT_THROW(check_item_id("scan ID", keyword), Error) << keyword;
    }
    EXPECT_THROW(check_resource_label("123"), Error);
    EXPECT_NO_THROW(check_cache_resource_label("123"));
    EXPECT_THROW(check_cache_resource_label("../123"), Error);
    for (const auto* bad : {"", "a b", "a.b", "ü", "../x"}) {
        EXPECT_THROW(check_project_id(bad), Error) << bad;
    }
    EXPECT_THROW(check_project_id(std::string(256, 'a')), Error);
}

TEST(Names, OfExperimentsLeaveAllToMeanAll) {
    EXPECT_THROW(check_experiment_label("ALL"), Error);
    for (const auto* label : {"all", "ALLY", "NULL"})
        EXPECT_NO_THROW(check_experiment_label(label)) << label;
    EXPECT_NO_THROW(check_subject_label("ALL")) << "there is no ALL for subjects";
}

TEST(Names, FilePathsStayInTheirFolder) {
    const std::string segment(255, 'a');
    for (const auto& good :
         {std::string("1.dcm"),
          std::string("sub/dir/a b#?%.dcm"),
          segment,
          segment + "/" + segment,
          std::string("-rf"),
          std::string("a\nb"),
          std::string("...")}) {
        EXPECT_NO_THROW(check_file_path(good)) << good;
    }
    for (const auto& bad :
         {std::string(),
          std::string("/a"),
          std::string("a/"),
          std::string("a//b"),
          std::string("./a"),
          std::string("a/../b"),
          std::string(".."),
          std::string("..\\a"),
          std::string("a\\..\\b"),
          std::string("a\0b", 3),
          std::string("\xC0\xAF"),
          std::string("C:\\x.dll"),
          std::string("c:/x"),
          std::string("\\x"),
          segment + "a",
          std::string(1025, 'a')}) {
        EXPECT_THROW(check_file_path(bad), Error) << bad;
    }
}

}  // namespace larmor::model
