// SPDX-License-Identifier: Apache-2.0
#include "catalog/users.hpp"

#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

class CatalogUsers : public OnEveryCatalog {
protected:
    model::User add_user(const std::string& name) {
        model::User user;
        user.name = name;
        user.password_hash = "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA";
        user.is_administrator = true;
        return write(create_user, user);
    }
};

TEST_P(CatalogUsers, AreFoundByTheirExactName) {
    const auto ada = add_user("ada");
    const auto found = read(find_user, "ada").value();
    EXPECT_EQ(found.key, ada.key);
    EXPECT_EQ(found.password_hash, ada.password_hash);
    EXPECT_TRUE(found.is_administrator);
    EXPECT_TRUE(found.is_enabled);
    EXPECT_EQ(found.revision, ada.revision);
    for (const auto* const name : {"Ada", "ada ", "", "a%", "ada' OR '1'='1"}) {
        EXPECT_FALSE(read(find_user, name)) << name;
    }
}

TEST_P(CatalogUsers, HaveNamesOfTheirOwn) {
    add_user("ada");
    auto other = add_user("bob");
    EXPECT_EQ(kind_of([&] { add_user("ada"); }), ErrorKind::conflict);
    other.name = "ada";
    EXPECT_EQ(kind_of([&] { write(replace_user, other); }), ErrorKind::conflict);
}

TEST_P(CatalogUsers, GetANewRevisionWithEveryChange) {
    auto ada = add_user("ada");
    for (const auto& hash : {"one", "one", "two"}) {
        ada.password_hash = hash;
        write(replace_user, ada);
        const auto found = read(find_user, "ada").value();
        EXPECT_EQ(found.password_hash, hash);
        EXPECT_NE(found.revision, ada.revision);
        ada = found;
    }
    ada.is_enabled = false;
    ada.is_administrator = false;
    write(replace_user, ada);
    EXPECT_FALSE(read(find_user, "ada")->is_enabled);
    EXPECT_FALSE(read(find_user, "ada")->is_administrator);
    EXPECT_NE(read(find_user, "ada")->revision, ada.revision);
}

TEST_P(CatalogUsers, ThatAreNotThereCannotBeChanged) {
    model::User nobody;
    nobody.key = 99;
    nobody.name = "nobody";
    EXPECT_EQ(kind_of([&] { write(replace_user, nobody); }), ErrorKind::not_found);
}

INSTANTIATE_TEST_SUITE_P(On, CatalogUsers, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog
