// A minimal keychain-auth server, so that a benchmark measures the client and not the daemon.
//
//   server SOCKET FILE
//
// One thread for each connection, blocking calls, one write for each reply, as the daemon does.
// It answers exact reads and the prefix read of "big:" (10,000 secrets, about 2 MB), which it also
// writes to FILE; anything else is malformed. The value of a secret follows from its name, so every
// answer can be checked by whoever asked.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LINE_LIMIT 65535
#define BIG_COUNT 10000
#define BIG_LENGTH 166

static const char OK[] = "{\"type\":\"RESPONSE\",\"status\":\"success\"}\n";
static const char MALFORMED[] =
    "{\"type\":\"RESPONSE\",\"status\":\"error\",\"reason\":\"malformed_request\"}\n";
static const char RESULTS[] = "{\"type\":\"RESPONSE\",\"status\":\"success\",\"results\":[";

static char *big_reply;
static size_t big_length;

// The 10,000 secrets in an order that is not sorted, as the daemon gives them. One in ten values
// holds an ampersand, which the daemon escapes.
static void build_big_reply(void) {
  static int order[BIG_COUNT];
  for (int i = 0; i < BIG_COUNT; i++) order[i] = i;
  unsigned seed = 12345;
  for (int i = BIG_COUNT - 1; i > 0; i--) {
    seed = seed * 1103515245u + 12345u;
    int j = (int)((seed >> 8) % (unsigned)(i + 1)), t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  big_reply = malloc((size_t)BIG_COUNT * (BIG_LENGTH + 64) + 128);
  char *p = big_reply + sprintf(big_reply, "%s", RESULTS);
  for (int k = 0; k < BIG_COUNT; k++) {
    int i = order[k];
    p += sprintf(p, "%s{\"target\":\"big:%05d\",\"value\":\"secret-big:%05d%s", k ? "," : "", i, i,
                 i % 10 ? "-" : "\\u0026");
    for (int j = 17; j < BIG_LENGTH; j++) *p++ = (char)('a' + (i + j) % 26);
    p += sprintf(p, "\"}");
  }
  p += sprintf(p, "]}\n");
  big_length = (size_t)(p - big_reply);
}

static int send_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    bytes += n;
    length -= (size_t)n;
  }
  return 0;
}

// Steps over one JSON string without decoding it: the raw bytes are what a reply repeats.
static const char *string_end(const char *p, const char *end) {
  for (p++; p < end && *p != '"'; p++) {
    if (*p == '\\') p++;
  }
  return p < end ? p : NULL;
}

static const char *find(const char *line, const char *end, const char *what) {
  return memmem(line, (size_t)(end - line), what, strlen(what));
}

// Between two tokens some writers of JSON put a space.
static const char *skip(const char *p, const char *end, const char *punctuation) {
  while (p < end && (*p == ' ' || strchr(punctuation, *p))) p++;
  return p;
}

static const char *member(const char *line, const char *end, const char *key) {
  const char *p = find(line, end, key);
  return p ? skip(p + strlen(key), end, ":") : NULL;
}

static const char *array_of(const char *line, const char *end, const char *key) {
  const char *p = member(line, end, key);
  return p && *p == '[' ? skip(p + 1, end, "") : NULL;
}

static int is(const char *line, const char *end, const char *key, const char *value) {
  const char *p = member(line, end, key);
  return p && (size_t)(end - p) >= strlen(value) && !memcmp(p, value, strlen(value));
}

static size_t reply_to_read(const char *p, const char *end, char *out) {
  char *o = out;
  memcpy(o, RESULTS, sizeof RESULTS - 1);
  o += sizeof RESULTS - 1;
  for (int first = 1; p < end && *p == '"'; first = 0) {
    const char *q = string_end(p, end);
    if (!q) return 0;
    size_t n = (size_t)(q - p - 1);
    if (!first) *o++ = ',';
    o = mempcpy(o, "{\"target\":\"", 11);
    o = mempcpy(o, p + 1, n);
    o = mempcpy(o, "\",\"value\":\"secret-", 18);
    o = mempcpy(o, p + 1, n);
    o = mempcpy(o, "\"}", 2);
    p = skip(q + 1, end, ",");
  }
  o = mempcpy(o, "]}\n", 3);
  return (size_t)(o - out);
}

static int answer(int fd, const char *line, size_t length, char *out) {
  const char *end = line + length, *targets = array_of(line, end, "\"targets\"");
  if (targets && is(line, end, "\"action\"", "\"read\"")) {
    if (is(line, end, "\"match\"", "\"prefix\"")) {
      return find(targets, end, "\"big:\"") ? send_all(fd, big_reply, big_length)
                                            : send_all(fd, OK, sizeof OK - 1);
    }
    size_t n = reply_to_read(targets, end, out);
    if (n) return send_all(fd, out, n);
  }
  return send_all(fd, MALFORMED, sizeof MALFORMED - 1);
}

static void *serve(void *arg) {
  int fd = (int)(long)arg;
  size_t size = LINE_LIMIT + 1, held = 0, seen = 0;
  // A target is repeated twice in a reply, beside at most 31 bytes of punctuation for its 3.
  char *in = malloc(size), *out = malloc(size * 16);
  for (;;) {
    ssize_t n = recv(fd, in + held, size - held, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    held += (size_t)n;
    char *start = in, *newline;
    while ((newline = memchr(start + seen, '\n', held - (size_t)(start - in) - seen))) {
      if (answer(fd, start, (size_t)(newline - start), out) < 0) goto done;
      start = newline + 1;
      seen = 0;
    }
    held -= (size_t)(start - in);
    memmove(in, start, held);
    seen = held;
    if (held == size) break;
  }
done:
  close(fd);
  free(in);
  free(out);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  signal(SIGPIPE, SIG_IGN);
  build_big_reply();
  FILE *file = fopen(argv[2], "w");
  if (!file || fwrite(big_reply, 1, big_length, file) != big_length || fclose(file)) {
    perror(argv[2]);
    return 1;
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  unlink(argv[1]);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) {
    perror(argv[1]);
    return 1;
  }
  puts("ready");
  fflush(stdout);
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) continue;
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, (void *)(long)fd)) close(fd);
    else pthread_detach(thread);
  }
}
