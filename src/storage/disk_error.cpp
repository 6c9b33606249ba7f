// SPDX-License-Identifier: Apache-2.0
#include "storage/disk_error.hpp"

#include <cerrno>

namespace larmor::storage {
namespace {

struct Verdict {
    ErrorKind kind = ErrorKind::unavailable;
    const char* reason = "the disk that holds the stored files fails";
};

Verdict judge_write(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT: return {ErrorKind::no_space, "the disk that holds the stored files is full"};
        case EFBIG:
            return {.reason = "the file is larger than the disk that holds the stored files takes"};
        case EROFS:
        case EACCES:
        case EPERM: return {.reason = "the folder of the stored files cannot be written to"};
        case ENOENT:
        case ENOTDIR: return {.reason = "the folder of the stored files is gone"};
        case EMFILE:
        case ENFILE: return {.reason = "the server has too many files open"};
        default: return {};
    }
}

Error make_error(
    const Verdict& verdict, const std::string& action, const std::string& thing, int error_number
) {
    const std::string message = system_error(action, thing, error_number).what();
    return {verdict.kind, message, verdict.reason};
}

}  // namespace

Error failed_write(const std::string& action, const std::string& thing, int error_number) {
    return make_error(judge_write(error_number), action, thing, error_number);
}

Error failed_read(const std::string& action, const std::string& thing, int error_number) {
    const bool is_full_table = error_number == EMFILE || error_number == ENFILE;
    return make_error(
        {.reason = is_full_table ? "the server has too many files open"
                                 : "the disk that holds the stored files cannot be read"},
        action,
        thing,
        error_number
    );
}

}  // namespace larmor::storage
