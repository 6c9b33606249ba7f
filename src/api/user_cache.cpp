// SPDX-License-Identifier: Apache-2.0
#include "api/user_cache.hpp"

#include "api/files.hpp"
#include "api/routes.hpp"
#include "api/table.hpp"
#include "api/tree.hpp"
#include "archive/browse.hpp"
#include "archive/layout.hpp"
#include "archive/user_cache.hpp"

namespace larmor::api {
namespace {

/// The call as its user makes it inside their cache, where that is a project like any other.
http::Reply call_inside(
    const Services& services, const Call& call, const archive::UserCache& cache, Handler handler
) {
    auto path = call.path;
    path.selector.project = cache.project;
    return handler(services, {call.request, path, cache.who});
}

/// The same for what must be there already.
http::Reply call_below(const Services& services, const Call& call, Handler handler) {
    const auto cache = archive::find_user_cache(services.catalog, call.who);
    bool is_there = false;
    if (cache) {
        auto selector = call.selector();
        selector.project = cache->project;
        const auto selection = archive::read_selection(
            services.catalog, cache->who.visibility, selector, archive::Depth::own_level
        );
        is_there = !selection.resources.empty();
    }
    if (!is_there) {
        return nothing_found(
            call, "no resource '" + call.selector().resource.value_or("") + "' in your cache"
        );
    }
    return call_inside(services, call, *cache, handler);
}

http::Reply call_in_new_cache(const Services& services, const Call& call, Handler handler) {
    return call_inside(
        services, call, archive::open_user_cache(services.catalog, call.who), handler
    );
}

/// Labels in natural order.
std::vector<Row> rows_of(const Services& services, const Call& call) {
    const auto cache = archive::find_user_cache(services.catalog, call.who);
    if (!cache) return {};
    archive::Selector selector;
    selector.project = cache->project;
    const auto selection = archive::read_selection(
        services.catalog, cache->who.visibility, selector, archive::Depth::own_level
    );
    std::vector<Row> rows;
    for (const auto& resource : selection.resources) {
        const auto label = resource.label();
        rows.push_back({label, "/data/user/cache/resources/" + archive::uri_path(label)});
    }
    return rows;
}

}  // namespace

http::Reply list_cache_resources(const Services& services, const Call& call) {
    const auto rows = rows_of(services, call);
    TableHead head;
    head.columns = {"Resource", "URI"};
    head.link_uris = true;
    head.total = rows.size();
    return table_answer(list_format(call.request), std::move(head), rows);
}

http::Reply get_cache_files(const Services& services, const Call& call) {
    const bool one = call.path.place == Place::cache_file;
    return call_below(services, call, one ? get_file : get_files);
}

http::Reply put_cache_resource(const Services& services, const Call& call) {
    return call_in_new_cache(services, call, put_resource);
}

http::Reply put_cache_files(const Services& services, const Call& call) {
    return call_in_new_cache(services, call, put_files);
}

http::Reply delete_cache_resource(const Services& services, const Call& call) {
    return call_below(services, call, delete_resource);
}

http::Reply delete_cache_files(const Services& services, const Call& call) {
    return call_below(services, call, delete_files);
}

}  // namespace larmor::api
