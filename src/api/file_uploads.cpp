// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "api/files.hpp"
#include "api/format.hpp"
#include "archive/extract.hpp"
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
    RawUpload(std::unique_ptr<archive::FileReceiver> files, const std::string& path)
        : files_(std::move(files)) {
        files_->begin_file(path);
    }
    void push(std::span<const std::byte> bytes) override { files_->push(bytes); }
    http::Answer finish() override {
        files_->end_file();
        return stored_answer(files_->commit());
    }

private:
    std::unique_ptr<archive::FileReceiver> files_;
};

/// The body is a form; each part with a file name is a file, all others are passed over.
class FormUpload : public http::Upload, private http::PartReader {
public:
    FormUpload(
        std::unique_ptr<archive::FileReceiver> files, std::string path, const std::string& boundary
    )
        : files_(std::move(files)), path_(std::move(path)), parser_(boundary, *this) {}

    void push(std::span<const std::byte> bytes) override { parser_.push(bytes); }
    http::Answer finish() override {
        parser_.finish();
        if (count_ == 0) {
            throw Error(ErrorKind::invalid_argument, "the form holds no file");
        }
        return stored_answer(files_->commit());
    }

private:
    void begin_part(const http::PartHeader& header) override {
        in_file_ = header.file_name.has_value() && !(header.file_name->empty() && path_.empty());
        if (!in_file_) return;
        files_->begin_file(path_.empty() ? *header.file_name : path_);
        ++count_;
    }
    void part_data(std::span<const std::byte> bytes) override {
        if (in_file_) files_->push(bytes);
    }
    void end_part() override {
        if (in_file_) files_->end_file();
    }

    std::unique_ptr<archive::FileReceiver> files_;
    std::string path_;  // of the URL; empty: the parts name their files
    http::MultipartParser parser_;
    bool in_file_ = false;
    std::size_t count_ = 0;
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
}

/// Where the body goes: to one file, or with `extract=true` to the members of an archive.
std::unique_ptr<archive::FileReceiver> receive_files(const Services& services, const Call& call) {
    auto upload = std::make_unique<archive::Upload>(
        services.catalog, services.store, call.who, read_request(call)
    );
    if (!call.query().is_true("extract")) return upload;
    return std::make_unique<archive::Extraction>(
        std::move(upload), services.store, services.extract_limits
    );
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
    auto files = receive_files(services, call);
    if (boundary) {
        return std::make_unique<FormUpload>(std::move(files), call.path.file, *boundary);
    }
    const auto& path = call.path.file;
    return std::make_unique<RawUpload>(
        std::move(files), path.empty() ? default_upload_name(type) : path
    );
}

}  // namespace larmor::api
