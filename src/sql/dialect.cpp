// SPDX-License-Identifier: Apache-2.0
#include "sql/dialect.hpp"

namespace larmor::sql {

std::unique_ptr<Dialect> make_dialect(const std::string& location, Purpose purpose) {
    if (location.starts_with("postgresql://") || location.starts_with("postgres://")) {
        return make_postgresql_dialect(location);
    }
    return make_sqlite_dialect(location, purpose);
}

}  // namespace larmor::sql
