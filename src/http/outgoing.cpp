// SPDX-License-Identifier: Apache-2.0
#include "http/outgoing.hpp"

#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "http/answer_head.hpp"
#include "http/conditions.hpp"
#include "http/ranges.hpp"
#include "http/walks.hpp"

namespace larmor::http {
namespace {

using SourcePointer = std::shared_ptr<const stream::Source>;

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::any_of(names, [&](auto other) {
        return equals_ignoring_case(name, other);
    });
}

/// Ours to say: an application that set one of these could contradict what is sent.
bool is_reserved(std::string_view name) {
    constexpr std::array<std::string_view, 10> names = {
        "Connection",
        "Content-Length",
        "Content-Range",
        "Content-Type",
        "Date",
        "Accept-Ranges",
        "Server",
        "Transfer-Encoding",
        "X-Content-Type-Options",
        "X-Request-Id"};
    return is_one_of(name, names);
}

/// Says something of the file that an error text or a 304 does not carry.
bool describes_content(std::string_view name) {
    constexpr std::array<std::string_view, 6> names = {
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Digest",
        "Repr-Digest",
        "Content-Digest"};
    return is_one_of(name, names);
}

bool is_validator(std::string_view name) {
    return equals_ignoring_case(name, "ETag") || equals_ignoring_case(name, "Last-Modified");
}

bool has_no_body(unsigned status) {
    return status == 204 || status == 304;
}

bool are_cheap(const stream::Source& source, std::span<const ByteRange> ranges) {
    return std::ranges::all_of(ranges, [&](const ByteRange& range) {
        return source.is_cheap(range.from, range.to);
    });
}

class Preparation {
public:
    Preparation(const Request& request, HttpVersion version, Answer answer)
        : request_(request), version_(version), answer_(std::move(answer)) {}

    Outgoing run() {
        out_.user = std::move(answer_.user);
        if (has_no_body(answer_.status)) answer_.body = std::string();
        if (auto* text = std::get_if<std::string>(&answer_.body)) {
            send_text(answer_.status, std::move(*text));
        } else if (auto* source = std::get_if<SourcePointer>(&answer_.body)) {
            send_source(std::move(*source));
        } else {
            send_pages(std::move(std::get<std::unique_ptr<stream::Pages>>(answer_.body)));
        }
        return std::move(out_);
    }

private:
    enum class Content { sent, left_out };

    AnswerHead begin_head(unsigned status, Content content) {
        out_.status = status;
        const bool has_source = std::holds_alternative<SourcePointer>(answer_.body);
        AnswerHead head(status);
        head.add("X-Request-Id", request_.id);
        for (const auto& [name, value] : answer_.headers.all()) {
            const bool dropped = (content == Content::left_out && describes_content(name)) ||
                                 (has_source && is_validator(name));
            if (!is_reserved(name) && !dropped) head.add(name, value);
        }
        return head;
    }

    void send_text(unsigned status, std::string text) {
        auto head = begin_head(status, Content::sent);
        finish_text(head, status, std::move(text));
    }

    void finish_text(AnswerHead& head, unsigned status, std::string text) {
        out_.first.is_last = true;
        if (!has_no_body(status)) {
            head.add("Content-Type", answer_.content_type);
            head.add("Content-Length", std::to_string(text.size()));
            if (!request_.is_head && !text.empty()) {
                out_.first.segments.emplace_back(std::move(text));
            }
        }
        out_.head = head.text();
    }

    void refuse(AnswerHead& head, unsigned status, std::string why) {
        answer_.content_type = "text/plain";
        finish_text(head, status, std::move(why));
    }

    void add_validators(AnswerHead& head, const Validators& current) const {
        head.add("ETag", current.etag);
        if (current.last_modified) {
            head.add("Last-Modified", format_http_date(*current.last_modified));
        }
    }

    void send_source(SourcePointer source) {
        const Validators current{source->etag(), answer_.last_modified};
        if (answer_.status != 200 || request_.method != "GET") {
            return send_whole(std::move(source), current);
        }
        switch (judge_conditions(request_.headers, current)) {
            case Verdict::proceed: return send_selected(std::move(source), current);
            case Verdict::not_modified: {
                auto head = begin_head(304, Content::left_out);
                add_validators(head, current);
                return finish_text(head, 304, {});
            }
            case Verdict::precondition_failed: {
                auto head = begin_head(412, Content::left_out);
                add_validators(head, current);
                return refuse(head, 412, "what is here now does not meet the condition\n");
            }
        }
    }

    /// HEAD has no ranges (RFC 9110 §14.2).
    void send_selected(SourcePointer source, const Validators& current) {
        const auto text = request_.headers.find("Range");
        if (!text || request_.is_head || !allows_range(request_.headers, current)) {
            return send_whole(std::move(source), current);
        }
        const auto length = source->length();
        auto asked = parse_range(*text, length);
        if (asked.kind == RangeRequest::Kind::whole) return send_whole(std::move(source), current);
        if (asked.kind == RangeRequest::Kind::unsatisfiable) {
            auto head = begin_head(416, Content::left_out);
            add_validators(head, current);
            head.add("Accept-Ranges", "bytes");
            head.add("Content-Range", "bytes */" + std::to_string(length));
            return refuse(
                head,
                416,
                "the range lies outside the " + std::to_string(length) + " bytes there are\n"
            );
        }
        if (asked.ranges.size() > 1) {
            // 32 ranges must not cost 32 times the whole, and a server may ignore any Range.
            if (!are_cheap(*source, asked.ranges)) return send_whole(std::move(source), current);
            return send_ranges(std::move(source), current, std::move(asked.ranges));
        }
        const auto range = asked.ranges.front();
        auto head = begin_head(206, Content::sent);
        head.add(
            "Content-Range",
            "bytes " + std::to_string(range.from) + '-' + std::to_string(range.to - 1) + '/' +
                std::to_string(length)
        );
        send_walk(head, current, range.to - range.from, [&] {
            return walk_range(std::move(source), range);
        });
    }

    void send_whole(SourcePointer source, const Validators& current) {
        auto head = begin_head(answer_.status, Content::sent);
        const auto length = source->length();
        send_walk(head, current, length, [&] {
            return walk_range(std::move(source), {0, length});
        });
    }

    void send_ranges(
        SourcePointer source, const Validators& current, std::vector<ByteRange> ranges
    ) {
        auto head = begin_head(206, Content::sent);
        const auto boundary = random_hex(16);
        MultipartRanges parts(boundary, answer_.content_type, std::move(ranges), source->length());
        answer_.content_type = "multipart/byteranges; boundary=" + boundary;
        send_walk(head, current, parts.length(), [&] {
            return std::move(parts).walk(std::move(source));
        });
    }

    template <class MakeWalk>
    void send_walk(
        AnswerHead& head, const Validators& current, std::uint64_t length, MakeWalk make_walk
    ) {
        add_validators(head, current);
        head.add("Accept-Ranges", "bytes");
        head.add("Content-Type", answer_.content_type);
        head.add("Content-Length", std::to_string(length));
        out_.head = head.text();
        out_.first.is_last = true;
        if (length > 0 && !request_.is_head) begin_walk(make_walk(), length);
    }

    void begin_walk(std::unique_ptr<stream::Segments> walk, std::optional<std::uint64_t> length) {
        out_.rest = std::make_unique<ReadAhead>(std::move(walk), length);
        out_.first = out_.rest->next_batch();
        if (out_.first.is_last) out_.rest.reset();
    }

    void send_pages(std::unique_ptr<stream::Pages> pages) {
        auto first = pages->next();
        auto second = first.empty() ? std::string() : pages->next();
        if (second.empty()) return send_text(answer_.status, std::move(first));
        auto head = begin_head(answer_.status, Content::sent);
        head.add("Accept-Ranges", "none");
        head.add("Content-Type", answer_.content_type);
        const bool chunked = version_ == HttpVersion::http_1_1;
        if (chunked) head.add("Transfer-Encoding", "chunked");
        out_.head = head.text();
        out_.ends_by_closing = !chunked;
        out_.lane = Outgoing::Lane::application;
        out_.first.is_last = true;
        if (request_.is_head) return;
        const auto walk = chunked ? walk_chunks : walk_pages;
        begin_walk(walk(std::move(first), std::move(second), std::move(pages)), {});
    }

    const Request& request_;
    HttpVersion version_;
    Answer answer_;
    Outgoing out_;
};

}  // namespace

Outgoing prepare_answer(const Request& request, HttpVersion version, Answer answer) {
    return Preparation(request, version, std::move(answer)).run();
}

}  // namespace larmor::http
