// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "api/form_body.hpp"
#include "api/tree.hpp"
#include "archive/browse.hpp"
#include "archive/layout.hpp"
#include "archive/put.hpp"
#include "archive/resource.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

using archive::Attributes;
using archive::PutOutcome;
using archive::PutResult;

/// What a query or form body says of the object that is put.
Attributes read_attributes(const http::Query& body, const http::Query& query) {
    Attributes attributes;
    attributes.xsi_type = query.find("xsiType").value_or(body.find("xsiType").value_or(""));
    // The query string is applied last, so it wins.
    for (const auto* source : {&body, &query}) {
        for (const auto& parameter : source->all()) {
            if (!parameter.value || parameter.name == "xsiType") continue;
            attributes.assignments.push_back({parameter.name, *parameter.value});
        }
    }
    return attributes;
}

/// Calls `put` with the attributes of query and body, once the body has come.
http::Reply put_with(const Call& call, std::function<http::Answer(const Attributes&)> put) {
    auto finish = [query = call.query(), put = std::move(put)](const http::Query& body) {
        return put(read_attributes(body, query));
    };
    if (!call.request.has_body) return finish(http::Query());
    return read_form_body(call.request, std::move(finish));
}

/// 201 for a new thing and 200 for a known one, with the bare id as body.
http::Answer id_answer(const PutResult& result) {
    return text_answer(result.id, result.outcome == PutOutcome::created ? 201 : 200);
}

/// A word about a resource, short or as a path of the schema; the query wins.
std::string find_word(const http::Query& body, const http::Query& query, const std::string& word) {
    for (const auto* source : {&query, &body}) {
        for (const auto* prefix : {"", "xnat:resourceCatalog/", "xnat:abstractResource/"}) {
            if (auto value = source->find(prefix + word)) return *std::move(value);
        }
    }
    return "";
}

/// The address of a resource by its number, without context.
std::string address_of(
    const Services& services, const Call& call, archive::Selector selector, model::Key resource
) {
    selector.resource = std::to_string(resource);
    const auto selection = archive::read_selection(
        services.catalog, call.who.visibility, selector, archive::Depth::own_level
    );
    auto uri = archive::files_uri(selection.resources.at(0), "");
    uri.resize(uri.rfind("/files/"));
    return uri;
}

http::Answer create_labelled_resource(
    const Services& services, const Call& call, const http::Query& body
) {
    const auto& query = call.query();
    auto selector = call.selector();
    selector.resource = find_word(body, query, "label");
    if (selector.resource->empty()) {
        throw Error(ErrorKind::invalid_argument, "name the new resource: label=…");
    }
    const archive::ResourceNotes notes{
        .format = find_word(body, query, "format"),
        .content = find_word(body, query, "content"),
        .description = find_word(body, query, "description"),
        .tags = find_word(body, query, "tags")};
    const auto created = archive::create_resource(services.catalog, call.who, selector, notes);
    auto uri = address_of(services, call, std::move(selector), created.key);
    auto answer = text_answer(uri);
    answer.headers.add("Location", std::move(uri));
    return answer;
}

}  // namespace

http::Reply put_project(const Services& services, const Call& call) {
    auto put = [&catalog = services.catalog,
                who = call.who,
                id = *call.selector().project,
                accessibility =
                    call.query().find("accessibility").value_or("")](const Attributes& attributes) {
        archive::put_project(catalog, who, id, attributes, accessibility);
        return text_answer("");
    };
    return put_with(call, std::move(put));
}

http::Reply put_subject(const Services& services, const Call& call) {
    return put_with(
        call,
        [&catalog = services.catalog, who = call.who, selector = call.selector()](
            const Attributes& attributes
        ) { return id_answer(archive::put_subject(catalog, who, selector, attributes)); }
    );
}

http::Reply put_experiment(const Services& services, const Call& call) {
    return put_with(
        call,
        [&catalog = services.catalog, who = call.who, selector = call.selector()](
            const Attributes& attributes
        ) { return id_answer(archive::put_experiment(catalog, who, selector, attributes)); }
    );
}

http::Reply put_assessor(const Services& services, const Call& call) {
    return put_with(
        call,
        [&catalog = services.catalog, who = call.who, selector = call.selector()](
            const Attributes& attributes
        ) { return id_answer(archive::put_assessor(catalog, who, selector, attributes)); }
    );
}

http::Reply put_scan(const Services& services, const Call& call) {
    return put_with(
        call,
        [&catalog = services.catalog,
         who = call.who,
         selector = call.selector()](const Attributes& attributes) {
            archive::put_scan(catalog, who, selector, attributes);
            return text_answer("");
        }
    );
}

http::Reply put_reconstruction(const Services& services, const Call& call) {
    return put_with(
        call,
        [&catalog = services.catalog,
         who = call.who,
         selector = call.selector()](const Attributes& attributes) {
            archive::put_reconstruction(catalog, who, selector, attributes);
            return text_answer("");
        }
    );
}

http::Reply delete_item(const Services& services, const Call& call) {
    archive::remove_item(services.catalog, call.who, call.selector());
    return text_answer("");
}

http::Reply put_resource(const Services& services, const Call& call) {
    archive::create_resource(services.catalog, call.who, call.selector(), read_notes(call.query()));
    return text_answer("");
}

http::Reply post_resources(const Services& services, const Call& call) {
    if (!call.request.has_body) return create_labelled_resource(services, call, {});
    // The request outlives its body; path and user are this call's only.
    auto create = [services, &request = call.request, path = call.path, who = call.who](
                      const http::Query& body
                  ) {
        return create_labelled_resource(services, {request, path, who}, body);
    };
    return read_form_body(call.request, std::move(create));
}

http::Reply delete_resource(const Services& services, const Call& call) {
    archive::remove_resources(services.catalog, call.who, call.selector());
    return text_answer("");
}

}  // namespace larmor::api
