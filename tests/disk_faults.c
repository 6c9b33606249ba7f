// SPDX-License-Identifier: Apache-2.0
// Makes a disk fail as a test says, by LD_PRELOAD. The file that DISK_FAULTS names holds a rule a
// line, read anew whenever the file is another one (write it aside and rename it):
//
//     CALL ERROR FROM PATTERN        fsync EIO 1 */objects/*
//
// From its FROM-th matching call on, CALL fails with ERROR on files whose path matches PATTERN
// (fnmatch, `*` includes `/`). CALL is the plain name: open, mkdir, unlink, rename, rmdir, stat,
// read, pread, preadv2, sendfile, write, pwrite, ftruncate, fsync, fdatasync; variants such as
// openat64 count as it. ERROR is a name, or SHORT: half of the bytes, for what moves bytes; or
// ONCE_ and a name: one call only. Without rules, or before the file is there, nothing fails.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { RULES_MAX = 32, SHORT = -1 };

struct rule {
    char call[16], pattern[256];
    int error;
    int once;
    long from, seen;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct rule rules[RULES_MAX];
static int rules_count;
static ino_t known_inode;
static struct timespec known_time;

static const struct {
    const char* name;
    int number;
} errors[] = {
    {"EIO", EIO},
    {"ENOSPC", ENOSPC},
    {"EDQUOT", EDQUOT},
    {"EROFS", EROFS},
    {"EACCES", EACCES},
    {"EMFILE", EMFILE},
    {"ESTALE", ESTALE},
    {"SHORT", SHORT}};

static int number_of(const char* name) {
    for (size_t i = 0; i < sizeof errors / sizeof *errors; ++i)
        if (strcmp(errors[i].name, name) == 0) return errors[i].number;
    fprintf(stderr, "disk_faults: no error '%s'\n", name);
    abort();
}

static void add_rule(const char* line) {
    struct rule rule = {0};
    char error[32];
    if (sscanf(line, "%15s %31s %ld %255[^\n]", rule.call, error, &rule.from, rule.pattern) != 4) {
        fprintf(stderr, "disk_faults: bad rule '%s'\n", line);
        abort();
    }
    rule.once = strncmp(error, "ONCE_", 5) == 0;
    rule.error = number_of(error + (rule.once ? 5 : 0));
    if (rules_count < RULES_MAX) rules[rules_count++] = rule;
}

// By system calls of its own, so that no rule is met on the way. The caller holds the mutex.
static void read_rules(const char* path) {
    char text[8192];
    const int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return;
    const long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    rules_count = 0;
    text[length > 0 ? length : 0] = '\0';
    char* rest = NULL;
    for (char* line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        add_rule(line);
}

static void refresh_rules(void) {
    struct stat status;
    const char* path = getenv("DISK_FAULTS");
    if (!path || syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0) != 0) return;
    if (status.st_ino == known_inode && status.st_mtim.tv_sec == known_time.tv_sec &&
        status.st_mtim.tv_nsec == known_time.tv_nsec)
        return;
    known_inode = status.st_ino;
    known_time = status.st_mtim;
    read_rules(path);
}

static int match(const char* call, const char* path) {
    for (int i = 0; i < rules_count; ++i) {
        struct rule* rule = &rules[i];
        if (strcmp(rule->call, call) != 0 || fnmatch(rule->pattern, path, 0) != 0) continue;
        ++rule->seen;
        if (rule->once ? rule->seen == rule->from : rule->seen >= rule->from) return rule->error;
    }
    return 0;
}

// The error that this call on this path meets; 0 for none. Leaves errno alone.
static int fault_at(const char* call, const char* path) {
    const int errno_before = errno;
    pthread_mutex_lock(&mutex);
    refresh_rules();
    const int error = rules_count > 0 ? match(call, path) : 0;
    pthread_mutex_unlock(&mutex);
    errno = errno_before;
    return error;
}

static int path_of(int file, char* path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
    if (length < 0) return 0;
    path[length] = '\0';
    return path[0] == '/';
}

static int fault_of(const char* call, int file) {
    char path[4096];
    const int errno_before = errno;
    const int known = path_of(file, path, sizeof path);
    errno = errno_before;
    return known ? fault_at(call, path) : 0;
}

static int fault_below(const char* call, int folder, const char* name) {
    char path[8192];
    if (name[0] == '/' || folder == AT_FDCWD) return fault_at(call, name);
    const int errno_before = errno;
    const int known = path_of(folder, path, 4096);
    errno = errno_before;
    if (!known) return 0;
    strcat(path, "/");
    strncat(path, name, 4000);
    return fault_at(call, path);
}

static int fail(int error) {
    errno = error == SHORT ? EIO : error;
    return -1;
}

// `real` is the function that stands behind this one.
#define REAL(name)                 \
    static __typeof__(&name) real; \
    if (!real) *(void**)&real = dlsym(RTLD_NEXT, #name)

#define FAIL_OR_CALL(fault, ...)                        \
    do {                                                \
        const int error = (fault);                      \
        return error ? fail(error) : real(__VA_ARGS__); \
    } while (0)

// What moves bytes may also move only half of them.
#define MOVE(fault, count, ...)    \
    do {                           \
        const int error = (fault); \
        if (error == SHORT)        \
            count -= count / 2;    \
        else if (error)            \
            return fail(error);    \
        return real(__VA_ARGS__);  \
    } while (0)

static mode_t mode_after(int flags, va_list* list) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(*list, mode_t) : 0;
}

#define DEFINE_OPEN(name)                                        \
    int name(const char* path, int flags, ...) {                 \
        REAL(name);                                              \
        va_list list;                                            \
        va_start(list, flags);                                   \
        const mode_t mode = mode_after(flags, &list);            \
        va_end(list);                                            \
        FAIL_OR_CALL(fault_at("open", path), path, flags, mode); \
    }
#define DEFINE_OPENAT(name)                                                         \
    int name(int folder, const char* path, int flags, ...) {                        \
        REAL(name);                                                                 \
        va_list list;                                                               \
        va_start(list, flags);                                                      \
        const mode_t mode = mode_after(flags, &list);                               \
        va_end(list);                                                               \
        FAIL_OR_CALL(fault_below("open", folder, path), folder, path, flags, mode); \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

int mkdir(const char* path, mode_t mode) {
    REAL(mkdir);
    FAIL_OR_CALL(fault_at("mkdir", path), path, mode);
}
int unlink(const char* path) {
    REAL(unlink);
    FAIL_OR_CALL(fault_at("unlink", path), path);
}
int unlinkat(int folder, const char* path, int flags) {
    REAL(unlinkat);
    FAIL_OR_CALL(fault_below("unlink", folder, path), folder, path, flags);
}
int rmdir(const char* path) {
    REAL(rmdir);
    FAIL_OR_CALL(fault_at("rmdir", path), path);
}
int rename(const char* from, const char* to) {
    REAL(rename);
    FAIL_OR_CALL(fault_at("rename", to), from, to);
}
int stat(const char* path, struct stat* status) {
    REAL(stat);
    FAIL_OR_CALL(fault_at("stat", path), path, status);
}
int stat64(const char* path, struct stat64* status) {
    REAL(stat64);
    FAIL_OR_CALL(fault_at("stat", path), path, status);
}

int fsync(int file) {
    REAL(fsync);
    FAIL_OR_CALL(fault_of("fsync", file), file);
}
int fdatasync(int file) {
    REAL(fdatasync);
    FAIL_OR_CALL(fault_of("fdatasync", file), file);
}
int ftruncate(int file, off_t length) {
    REAL(ftruncate);
    FAIL_OR_CALL(fault_of("ftruncate", file), file, length);
}
int ftruncate64(int file, off64_t length) {
    REAL(ftruncate64);
    FAIL_OR_CALL(fault_of("ftruncate", file), file, length);
}

ssize_t read(int file, void* bytes, size_t count) {
    REAL(read);
    MOVE(fault_of("read", file), count, file, bytes, count);
}
ssize_t pread(int file, void* bytes, size_t count, off_t offset) {
    REAL(pread);
    MOVE(fault_of("pread", file), count, file, bytes, count, offset);
}
ssize_t pread64(int file, void* bytes, size_t count, off64_t offset) {
    REAL(pread64);
    MOVE(fault_of("pread", file), count, file, bytes, count, offset);
}
ssize_t write(int file, const void* bytes, size_t count) {
    REAL(write);
    MOVE(fault_of("write", file), count, file, bytes, count);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
    REAL(pwrite);
    MOVE(fault_of("pwrite", file), count, file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
    REAL(pwrite64);
    MOVE(fault_of("pwrite", file), count, file, bytes, count, offset);
}
ssize_t sendfile(int to, int from, off_t* offset, size_t count) {
    REAL(sendfile);
    MOVE(fault_of("sendfile", from), count, to, from, offset, count);
}
ssize_t sendfile64(int to, int from, off64_t* offset, size_t count) {
    REAL(sendfile64);
    MOVE(fault_of("sendfile", from), count, to, from, offset, count);
}
ssize_t preadv2(int file, const struct iovec* vectors, int count, off_t offset, int flags) {
    REAL(preadv2);
    FAIL_OR_CALL(fault_of("preadv2", file), file, vectors, count, offset, flags);
}
ssize_t preadv64v2(int file, const struct iovec* vectors, int count, off64_t offset, int flags) {
    REAL(preadv64v2);
    FAIL_OR_CALL(fault_of("preadv2", file), file, vectors, count, offset, flags);
}
