// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "api/files.hpp"
#include "api/format.hpp"
#include "archive/upload.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "http/multipart.hpp"

namespace larmor::api {
namespace {

/// 200 and nothing; or 200 and XNAT's list of files that existed and were kept.
http::Answer stored_answer(const std::vector<std::string>& kept) {
    if (kept.empty()) return text_answer("");
    boost::json::array duplicates;
    for (const auto& path : kept)
        duplicates.emplace_back(path);
    // XNAT says text/html, so no name may be read as markup by a browser.
    auto text = boost::json::serialize(boost::json::object{{"duplicates", duplicates}});
    text = replace_all(std::move(text), "<", "\\u003c");
    text = replace_all(std::move(text), ">", "\\u003e");
    text = replace_all(std::move(text), "&", "\\u0026");
    http::Answer answer;
    answer.content_type = "text/html";
    answer.body = std::move(text);
    return answer;
}

/// The body is the file.
class RawUpload : public http::Upload {
public:
    RawUpload(std::unique_ptr<archive::Upload> upload, const std::string& path)
        : upload_(std::move(upload)) {
        upload_->begin_file(path);
    }
    void push(std::span<const std::byte> bytes) override { upload_->push(bytes); }
    http::Answer finish() override {
        upload_->end_file();
        return stored_answer(upload_->commit());
    }

private:
    std::unique_ptr<archive::Upload> upload_;
};

/// The body is a form; each part with a file name is a file, all others are passed over.
class FormUpload : public http::Upload, private http::PartReader {
public:
    FormUpload(
        std::unique_ptr<archive::Upload> upload, std::string path, const std::string& boundary
    )
        : upload_(std::move(upload)), path_(std::move(path)), parser_(boundary, *this) {}

    void push(std::span<const std::byte> bytes) override { parser_.push(bytes); }
    http::Answer finish() override {
        parser_.finish();
        if (files_ == 0) {
            throw Error(ErrorKind::invalid_argument, "the form holds no file");
        }
        return stored_answer(upload_->commit());
    }

private:
    void begin_part(const http::PartHeader& header) override {
        in_file_ = header.file_name.has_value() && !(header.file_name->empty() && path_.empty());
        if (!in_file_) return;
        upload_->begin_file(path_.empty() ? *header.file_name : path_);
        ++files_;
    }
    void part_data(std::span<const std::byte> bytes) override {
        if (in_file_) upload_->push(bytes);
    }
    void end_part() override {
        if (in_file_) upload_->end_file();
    }

    std::unique_ptr<archive::Upload> upload_;
    std::string path_;  // of the URL; empty: the parts name their files
    http::MultipartParser parser_;
    bool in_file_ = false;
    std::size_t files_ = 0;
};

archive::UploadRequest read_request(const Call& call) {
    const auto& query = call.query();
    return {
        .selector = call.selector(),
        .existing = overwrites(call) ? catalog::Existing::replace : catalog::Existing::keep,
        .notes = read_notes(query),
        .expected_bytes = call.request.content_length.value_or(0)};
}

void refuse_what_is_not_offered(const http::Query& query) {
    if (query.find("reference")) {
        throw Error(
            ErrorKind::invalid_argument, "reference= is refused: the server reads no local files"
        );
    }
    if (query.is_true("extract")) {
        throw Error(
            ErrorKind::unsupported, "extract=true is not offered yet; upload the files one by one"
        );
    }
}

}  // namespace

http::Reply put_files(const Services& services, const Call& call) {
    refuse_what_is_not_offered(call.query());
    const auto type = call.request.headers.find("Content-Type").value_or("");
    const bool in_body = call.query().is_true("inbody");
    const auto boundary = http::find_boundary(type);
    const bool is_form = to_lower(trim(type)).starts_with("multipart/");
    if (is_form && !boundary) {
        throw Error(
            ErrorKind::invalid_argument,
            "a form must be multipart/form-data with a boundary, not '" + std::string(type) + "'"
        );
    }
    if (in_body && is_form) {
        throw Error(ErrorKind::invalid_argument, "inbody=true does not go with a form");
    }
    if (!in_body && type.empty() && !call.request.has_body && call.path.file.empty()) {
        throw Error(
            ErrorKind::invalid_argument,
            "You tried to PUT to this service, but didn't provide any data (found request entity "
            "size of 0); an empty file needs a name in the path, inbody=true or a Content-Type"
        );
    }
    auto upload = std::make_unique<archive::Upload>(
        services.catalog, services.store, call.who, read_request(call)
    );
    if (boundary) {
        return std::make_unique<FormUpload>(std::move(upload), call.path.file, *boundary);
    }
    const auto& path = call.path.file;
    return std::make_unique<RawUpload>(
        std::move(upload), path.empty() ? default_upload_name(type) : path
    );
}

}  // namespace larmor::api
