// SPDX-License-Identifier: Apache-2.0
#include "api/format.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::api {
namespace {

http::Request request(const std::string& query, const std::string& accept = "") {
    http::Request made;
    made.target.query = http::parse_query(query);
    if (!accept.empty()) made.headers.add("Accept", accept);
    return made;
}

}  // namespace

TEST(Format, OfAListIsJsonUnlessAskedOtherwise) {
    for (const auto* accept :
         {"",
          "*/*",
          "application/json",
          "application/json, text/plain, */*",
          "application/zip",
          "image/png",
          "nonsense",
          ";;q=x"}) {
        EXPECT_EQ(list_format(request("", accept)), Format::json) << accept;
    }
    EXPECT_EQ(list_format(request("", "text/html,application/xhtml+xml,*/*;q=0.8")), Format::html);
    EXPECT_EQ(list_format(request("", "text/xml")), Format::xml);
    EXPECT_EQ(list_format(request("", "text/csv")), Format::csv);
    EXPECT_EQ(list_format(request("", "text/xml;q=0.1, application/json;q=0.9")), Format::json);
}

TEST(Format, InTheQueryWinsAndIsReadWithoutCase) {
    EXPECT_EQ(list_format(request("format=CSV", "text/html")), Format::csv);
    EXPECT_EQ(list_format(request("format=text/xml")), Format::xml);
    EXPECT_EQ(list_format(request("format=application/json")), Format::json);
    EXPECT_EQ(list_format(request("format=txt")), Format::html);
    EXPECT_EQ(item_format(request("format=txt")), Format::xml);
    EXPECT_EQ(asked_format(request("format=application/zip").target.query), Format::zip);
    EXPECT_EQ(asked_format(request("format=application/x-tar").target.query), Format::tar);
    EXPECT_EQ(asked_format(request("format=application/x-gtar").target.query), Format::tar_gz);
    EXPECT_FALSE(asked_format(request("").target.query));
}

TEST(Format, OfAnArchiveIsNoFormatOfAList) {
    for (const auto* format : {"zip", "TAR", "tar.gz", "application/zip", "application/x-gtar"}) {
        const auto asked = request(std::string("format=") + format);
        EXPECT_TRUE(is_archive(*asked_format(asked.target.query))) << format;
        EXPECT_THROW(list_format(asked), Error) << format;
        EXPECT_THROW(item_format(asked), Error) << format;
    }
}

TEST(Format, ThatIsKnownButNotOfferedIsNamed) {
    for (const auto* format : {"xar", "XAR", "application/xar"}) {
        EXPECT_THROW(list_format(request(std::string("format=") + format)), Error) << format;
    }
}

TEST(Format, XcatIsForListsOfFilesOnly) {
    EXPECT_TRUE(wants_xcat(http::parse_query("format=xcat")));
    EXPECT_TRUE(wants_xcat(http::parse_query("format=application/XCAT")));
    EXPECT_FALSE(wants_xcat(http::parse_query("format=xml&x=xcat")));
    EXPECT_FALSE(wants_xcat(http::parse_query("")));
    EXPECT_EQ(list_format(request("format=xcat")), Format::html);
}

TEST(Format, OfAFileComesFromItsExtension) {
    EXPECT_EQ(file_media_type("a.JPG"), "image/jpeg");
    EXPECT_EQ(file_media_type("a.b.xml"), "text/xml");
    for (const auto* name : {"1.dcm", "a.nii.gz", "a.json", "a", "", ".", "a.", "jpg"}) {
        EXPECT_EQ(file_media_type(name), "application/octet-stream") << name;
    }
}

TEST(Format, OfAnUploadWithoutNameGivesItOne) {
    EXPECT_EQ(default_upload_name("application/dicom"), "upload.dcm");
    EXPECT_EQ(default_upload_name("TEXT/PLAIN; charset=utf-8"), "upload.txt");
    EXPECT_EQ(default_upload_name(""), "upload.unsupported");
    EXPECT_EQ(default_upload_name("../x"), "upload.unsupported");
}

}  // namespace larmor::api
