// The floor: what a round trip costs when nothing but the system calls and memory copies is done.
//
//   client SOCKET        then one "TASK COUNT" a line on standard input, one JSON line out for each
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (4 << 20)
#define NAMES 1000

static int fd;
static char *reply;
static long wrong;
static char requests[NAMES][128], expected[NAMES][160];
static size_t request_length[NAMES], expected_length[NAMES];

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void send_all(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
    if (n <= 0) exit(1);
    bytes += n;
    length -= (size_t)n;
  }
}

// One reply, without its newline's scan ever starting over.
static size_t receive_line(void) {
  size_t held = 0;
  for (;;) {
    ssize_t n = recv(fd, reply + held, BUFFER - held, 0);
    if (n <= 0) exit(1);
    char *newline = memchr(reply + held, '\n', (size_t)n);
    held += (size_t)n;
    if (newline) return held;
  }
}

static void exact(long i) {
  int k = (int)(i % NAMES);
  send_all(requests[k], request_length[k]);
  size_t n = receive_line();
  if (n != expected_length[k] || memcmp(reply, expected[k], n)) wrong++;
}

static void prefix(void) {
  static const char line[] = "{\"type\":\"REQUEST\",\"action\":\"read\",\"service\":\"bench\","
                             "\"match\":\"prefix\",\"targets\":[\"big:\"]}\n";
  send_all(line, sizeof line - 1);
  size_t n = receive_line(), results = 0;
  for (char *p = reply; (p = memmem(p, (size_t)(reply + n - p), "{\"target\"", 9)); p++) results++;
  if (results != 10000) wrong++;
}

// All the requests from one buffer while replies are taken as they come.
static void pipelined(long count) {
  char *out = malloc((size_t)count * 128), *end = out;
  for (long i = 0; i < count; i++) {
    end = mempcpy(end, requests[i % NAMES], request_length[i % NAMES]);
  }
  size_t left = (size_t)(end - out), held = 0;
  char *next = out;
  for (long done = 0; done < count;) {
    if (left > 0) {
      ssize_t n = send(fd, next, left, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) next += n, left -= (size_t)n;
    }
    ssize_t n = recv(fd, reply + held, BUFFER - held, 0);
    if (n <= 0) exit(1);
    held += (size_t)n;
    char *p = reply, *newline;
    while ((newline = memchr(p, '\n', held - (size_t)(p - reply)))) {
      int k = (int)(done++ % NAMES);
      size_t length = (size_t)(newline + 1 - p);
      if (length != expected_length[k] || memcmp(p, expected[k], length)) wrong++;
      p = newline + 1;
    }
    held -= (size_t)(p - reply);
    memmove(reply, p, held);
  }
  free(out);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) return 1;
  reply = malloc(BUFFER);
  for (int i = 0; i < NAMES; i++) {
    request_length[i] = (size_t)sprintf(
        requests[i],
        "{\"type\":\"REQUEST\",\"action\":\"read\",\"service\":\"bench\",\"targets\":[\"name:%05d\"]}\n",
        i);
    expected_length[i] = (size_t)sprintf(
        expected[i],
        "{\"type\":\"RESPONSE\",\"status\":\"success\",\"results\":"
        "[{\"target\":\"name:%05d\",\"value\":\"secret-name:%05d\"}]}\n",
        i, i);
  }
  char task[32];
  long count;
  while (scanf("%31s %ld", task, &count) == 2) {
    int single = !strcmp(task, "pipelined") || !strcmp(task, "sequential");
    long samples = single ? 1 : count, *ns = malloc((size_t)samples * sizeof *ns);
    wrong = 0;
    for (long i = 0; i < samples; i++) {
      long start = now();
      if (!strcmp(task, "exact")) exact(i);
      else if (!strcmp(task, "prefix")) prefix();
      else if (!strcmp(task, "pipelined")) pipelined(count);
      else if (!strcmp(task, "sequential")) for (long k = 0; k < count; k++) exact(k);
      else return 2;
      ns[i] = now() - start;
    }
    printf("{\"wrong\":%ld,\"ns\":[", wrong);
    for (long i = 0; i < samples; i++) printf(i ? ",%ld" : "%ld", ns[i]);
    printf("]}\n");
    fflush(stdout);
    free(ns);
  }
  return 0;
}
