// SPDX-License-Identifier: Apache-2.0
#include "catalog/user_caches.hpp"

#include "catalog/catalog_fixture.hpp"
#include "catalog/places.hpp"
#include "catalog/schema.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"

namespace larmor::catalog {
namespace {

using model::OwnerKind;
using testing::ElementsAre;
using testing::IsEmpty;

class UserCaches : public OnEveryCatalog {
protected:
    Key add_user(const std::string& name) {
        model::User user;
        user.name = name;
        return write(create_user, user).key;
    }
    static Visibility of(Key project) {
        return Visibility::of_projects({{project, {.read = true, .edit = true}}});
    }
};

TEST_P(UserCaches, AreMadeOnceForEachUser) {
    const auto ada = add_user("ada");
    const auto bob = add_user("bob");
    EXPECT_FALSE(read(find_user_cache, ada));
    const auto cache = write(get_user_cache, ada);
    EXPECT_EQ(write(get_user_cache, ada), cache);
    EXPECT_EQ(read(find_user_cache, ada), cache);
    EXPECT_FALSE(read(find_user_cache, bob));
    EXPECT_NE(write(get_user_cache, bob), cache);
}

TEST_P(UserCaches, AreProjectsToNobodyElse) {
    const auto ada = add_user("ada");
    const auto cache = write(get_user_cache, ada);
    const auto project = add_project("P");
    EXPECT_THAT(ids_of(read(list_projects)), ElementsAre("P"));
    const auto inside = of(cache);
    const auto seen =
        catalog_->read([&](Snapshot& snapshot) { return list_projects(inside, snapshot); });
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].cache_of, ada);
    EXPECT_FALSE(read(find_project, seen[0].id));
    EXPECT_FALSE(catalog_->read([&](Snapshot& snapshot) {
        return find_project(of(project.key), snapshot, seen[0].id);
    }));
}

TEST_P(UserCaches, HoldResourcesThatOnlyInsideAreSeen) {
    const auto cache = write(get_user_cache, add_user("ada"));
    const auto other = write(get_user_cache, add_user("bob"));
    const auto resource = add_resource(OwnerKind::project, cache, "R");
    add(resource, make_file("a", "content"));
    const auto seen_by = [&](Key project) {
        return catalog_->read([&](Snapshot& snapshot) {
            const std::vector<model::Owner> owners{{OwnerKind::project, cache}};
            return list_resources(of(project), snapshot, owners).size();
        });
    };
    EXPECT_EQ(seen_by(cache), 1U);
    EXPECT_EQ(seen_by(other), 0U);
    EXPECT_TRUE(read(find_place, resource.key)->is_in_user_cache);
    EXPECT_THAT(read(list_places, Key{0}, std::size_t{10}), IsEmpty());
    EXPECT_THAT(contradictions(), IsEmpty());
}

/// A catalog of the first version, with a project in it, gets what it lacks and keeps the rest.
class OlderCatalog : public sql::OnEveryDatabase {};

TEST_P(OlderCatalog, LearnsOfUserCaches) {
    sql::use_database(location(), [&](sql::Connection& connection) {
        const auto dialect = sql::make_dialect(location());
        connection.execute("CREATE TABLE schema_version (version bigint NOT NULL)");
        connection.execute("INSERT INTO schema_version (version) VALUES (1)");
        for (const auto& statement : catalog_schema().migrations.front())
            connection.execute(dialect->expand(statement));
        connection.execute(
            "INSERT INTO project (id, secondary_id, name, description, accessibility, fields, "
            "inserted, inserted_by) VALUES ('OLD', '', '', '', 'private', '{}', 0, '')"
        );
    });
    Catalog catalog(location());
    const auto all = Visibility::everything();
    const auto projects =
        catalog.read([&](Snapshot& snapshot) { return list_projects(all, snapshot); });
    EXPECT_THAT(ids_of(projects), ElementsAre("OLD"));
    const auto user = catalog.write([&](Change& change) {
        model::User ada;
        ada.name = "ada";
        return create_user(all, change, ada);
    });
    catalog.write([&](Change& change) { get_user_cache(all, change, user.key); });
}

INSTANTIATE_TEST_SUITE_P(On, UserCaches, sql::every_database(), sql::kind_name);
INSTANTIATE_TEST_SUITE_P(On, OlderCatalog, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog
