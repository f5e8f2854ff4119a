/*
 * A clock that is ahead by OFFSET seconds for every process that the dynamic linker loads this into (/etc/ld.so.preload), for
 * scripts/matrix. libfaketime would keep a descriptor, a variable and shared memory in each process, and stop some of them.
 * Needs no library: cc -shared -fPIC -nostdlib -DOFFSET=86400. Only the time of day is shifted, neither deadlines nor files.
 */

#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static long ask(long call, long first, long second) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(call), "D"(first), "S"(second) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = call;
  register long x0 __asm__("x0") = first;
  register long x1 __asm__("x1") = second;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
  return x0;
#else
#error "no system call for this processor"
#endif
}

extern int *__errno_location(void);

int clock_gettime(clockid_t id, struct timespec *now) {
  long result = ask(SYS_clock_gettime, id, (long)now);
  if (result < 0) {
    *__errno_location() = (int)-result;
    return -1;
  }
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI) now->tv_sec += OFFSET;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *now) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME_COARSE, &precise);
  if (now != NULL) *now = precise.tv_sec;
  return precise.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
  if (base != TIME_UTC) return 0;
  clock_gettime(CLOCK_REALTIME, now);
  return base;
}
