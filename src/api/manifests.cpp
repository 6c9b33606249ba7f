// SPDX-License-Identifier: Apache-2.0
#include "api/manifests.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "api/xml_text.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

using archive::ManifestMember;
using archive::ManifestStyle;
using archive::ManifestSummary;

std::string quote_json(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string crc32_to_hex(std::uint32_t crc32) {
    std::array<std::uint8_t, 4> bytes{};
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, crc32 >>= 8)
        *byte = static_cast<std::uint8_t>(crc32);
    return digest_to_hex(bytes);
}

class JsonStyle final : public ManifestStyle {
public:
    std::string tag() const override { return "manifest1"; }
    std::string begin(const ManifestSummary& summary) const override {
        return "{\"name\":" + quote_json(summary.name) + ",\"etag_manifest\":\"" + summary.hash +
               "\",\"files\":" + std::to_string(summary.files) +
               ",\"bytes\":" + std::to_string(summary.bytes) + ",\"entries\":[";
    }
    std::string member(const ManifestMember& member) const override {
        const auto& digest = member.digest;
        return std::string(member.is_first ? "\n" : ",\n") +
               "{\"name\":" + quote_json(member.name) +
               ",\"size\":" + std::to_string(digest.size) +         //
               ",\"crc32\":\"" + crc32_to_hex(digest.crc32) +       //
               "\",\"md5\":\"" + digest_to_hex(digest.md5) +        //
               "\",\"sha256\":\"" + digest_to_hex(digest.sha256) +  //
               "\",\"uri\":" + quote_json(member.uri) + '}';
    }
    std::string end() const override { return "\n]}\n"; }
    /// URIs have no host.
    std::string addresses() const override { return "/"; }
};

/// A line as `md5sum` and `sha256sum` of coreutils write it: of a name that would break the line
/// the escapes are told by a backslash in front.
std::string checksum_line(const std::string& digest, const std::string& name) {
    std::string escaped;
    for (const char c : name) {
        if (c == '\\')
            escaped += "\\\\";
        else if (c == '\n')
            escaped += "\\n";
        else if (c == '\r')
            escaped += "\\r";
        else
            escaped += c;
    }
    return (escaped.size() == name.size() ? "" : "\\") + digest + "  " + escaped + '\n';
}

class Md5Style final : public ManifestStyle {
public:
    std::string tag() const override { return "md5sum1"; }
    std::string member(const ManifestMember& member) const override {
        return checksum_line(digest_to_hex(member.digest.md5), member.name);
    }
};

class Sha256Style final : public ManifestStyle {
public:
    std::string tag() const override { return "sha256sum1"; }
    std::string member(const ManifestMember& member) const override {
        return checksum_line(digest_to_hex(member.digest.sha256), member.name);
    }
};

/// XML cannot hold most control bytes, and aria2 takes no Metalink in which a name has any.
void require_metalink_name(const std::string& name) {
    if (has_control(name) || xml_text(name) != name) {
        throw Error(
            ErrorKind::unprocessable,
            "a Metalink cannot hold the name '" + percent_encode(name, "/ ") +
                "' (percent-encoded here); the other formats can"
        );
    }
}

/// RFC 5854.
class MetalinkStyle final : public ManifestStyle {
public:
    explicit MetalinkStyle(std::string origin) : origin_(std::move(origin)) {}

    std::string tag() const override { return "metalink1"; }
    std::string begin(const ManifestSummary& /*summary*/) const override {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n";
    }
    std::string member(const ManifestMember& member) const override {
        require_metalink_name(member.name);
        // What must be encoded in a listing's URI is encoded already.
        const auto url = origin_ + percent_encode(member.uri, "/%");
        return "<file name=\"" + escape_xml(member.name) + "\"><size>" +
               std::to_string(member.digest.size) + "</size><hash type=\"sha-256\">" +
               digest_to_hex(member.digest.sha256) + "</hash><url>" + escape_xml(url) +
               "</url></file>\n";
    }
    std::string end() const override { return "</metalink>\n"; }
    std::string addresses() const override { return origin_; }

private:
    const std::string origin_;
};

template <class Style>
std::unique_ptr<const ManifestStyle> make_plain(const http::Request& /*request*/) {
    return std::make_unique<Style>();
}

std::unique_ptr<const ManifestStyle> make_metalink(const http::Request& request) {
    return std::make_unique<MetalinkStyle>(site_of(request));
}

constexpr std::array formats{
    ManifestFormat{"manifest", "application/json", ".manifest.json", make_plain<JsonStyle>},
    ManifestFormat{"md5sum", "text/plain; charset=utf-8", ".md5", make_plain<Md5Style>},
    ManifestFormat{"sha256sum", "text/plain; charset=utf-8", ".sha256", make_plain<Sha256Style>},
    ManifestFormat{"meta4", "application/metalink4+xml", ".meta4", make_metalink}};

}  // namespace

const ManifestFormat* find_manifest_format(const http::Query& query) {
    const auto word = query.find("format");
    if (!word) return nullptr;
    const auto found = std::ranges::find_if(formats, [&](const ManifestFormat& format) {
        return equals_ignoring_case(*word, format.name);
    });
    if (found != formats.end()) return found;
    const auto* metalink = &formats.back();
    return equals_ignoring_case(*word, metalink->media_type) ? metalink : nullptr;
}

std::optional<archive::Download> find_manifest(
    const Services& services,
    const Call& call,
    const ManifestFormat& format,
    const archive::ArchiveRequest& request
) {
    auto style = format.make_style(call.request);
    auto plan = services.downloads.find_plan(call.who.visibility, request);
    if (!plan) return {};
    archive::Download download;
    download.name = plan->name + format.extension;
    download.files = plan->entries->count();
    download.content_bytes = plan->content_bytes;
    download.source = archive::write_manifest(std::move(plan), std::move(style));
    return download;
}

http::Answer dry_run_answer(const archive::Download& download) {
    http::Answer answer;
    answer.content_type = "application/json";
    answer.headers.add("Cache-Control", "private, no-cache");
    boost::json::object counts{{"files", download.files}, {"bytes", download.content_bytes}};
    // Nobody knows either before a deflated archive has been sent.
    if (download.source) {
        counts["archive_bytes"] = download.source->length();
        counts["etag"] = replace_all(download.source->etag(), "\"", "");
    }
    answer.body = boost::json::serialize(counts);
    return answer;
}

}  // namespace larmor::api
