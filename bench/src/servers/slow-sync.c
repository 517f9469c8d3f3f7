// Preloaded into a server under comparison: each sync takes SYNC_MS longer, as a slower disk would. Writes to files opened with O_DSYNC are syncs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#define FILES 65536

static unsigned char synced[FILES];

static void delay(void) {
  struct timespec left = {0, SYNC_MS * 1000000L};
  while (nanosleep(&left, &left)) {
  }
}

static ssize_t after(int fd, ssize_t written) {
  if (written > 0 && fd >= 0 && fd < FILES && synced[fd]) delay();
  return written;
}

static int opened(int fd, int flags) {
  if (fd >= 0 && fd < FILES) synced[fd] = (flags & O_DSYNC) != 0;
  return fd;
}

#define REAL(result, name, ...)                                             \
  static result (*real)(__VA_ARGS__);                                       \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                          \
  int name(const char *path, int flags, ...) {                              \
    REAL(int, name, const char *, int, ...);                                \
    va_list rest;                                                           \
    va_start(rest, flags);                                                  \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                           \
    return opened(real(path, flags, mode), flags);                          \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  REAL(int, close, int);
  if (fd >= 0 && fd < FILES) synced[fd] = 0;
  return real(fd);
}

#define SYNC(name)                                                          \
  int name(int fd) {                                                        \
    REAL(int, name, int);                                                   \
    delay();                                                                \
    return real(fd);                                                        \
  }
SYNC(fsync)
SYNC(fdatasync)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, write, int, const void *, size_t);
  return after(fd, real(fd, bytes, count));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  return after(fd, real(fd, parts, count));
}

#define PWRITE(name)                                                        \
  ssize_t name(int fd, const void *bytes, size_t count, off_t at) {         \
    REAL(ssize_t, name, int, const void *, size_t, off_t);                  \
    return after(fd, real(fd, bytes, count, at));                           \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name)                                                       \
  ssize_t name(int fd, const struct iovec *parts, int count, off_t at) {    \
    REAL(ssize_t, name, int, const struct iovec *, int, off_t);             \
    return after(fd, real(fd, parts, count, at));                           \
  }
PWRITEV(pwritev)
PWRITEV(pwritev64)
