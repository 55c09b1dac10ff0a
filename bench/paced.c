// paced PORT FILE RATE SECONDS: sends the queries of FILE (each with its length in front, as over TCP) by UDP to
// 127.0.0.1 at an even rate, whether or not replies come, so that a server that stalls is seen to stall. Prints how many
// were sent, answered and lost, and quantiles of the time from sending to reply in µs. A query without a reply half a
// second after the last was sent is lost.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SOCKETS = 8, IDS = 65536, BATCH = 32, ROOM = 2048, MOST = 1 << 25 };

static const int64_t GRACE = 500000000, SECOND = 1000000000;

static int sockets[SOCKETS];
static int64_t sent_at[SOCKETS][IDS]; // 0: no reply is due
static uint32_t *latencies;
static size_t sent, answered;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void open_sockets(uint16_t port) {
  const int buffer = 4 << 20;
  const struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (int i = 0; i < SOCKETS; i++) {
    sockets[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(sockets[i], SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (connect(sockets[i], (const struct sockaddr *)&to, sizeof to) < 0) fail("connect");
  }
}

/** The next query of the file, which begins again at its end. */
static unsigned char *next_query(unsigned char *file, size_t size, size_t *length) {
  static size_t at;
  if (at + 2 > size) at = 0;
  unsigned char *query = file + at + 2;
  *length = (size_t)file[at] << 8 | file[at + 1];
  at += 2 + *length;
  return query;
}

static void ask(unsigned char *query, size_t length) {
  const size_t from = sent % SOCKETS, id = sent / SOCKETS % IDS;
  query[0] = (unsigned char)(id >> 8), query[1] = (unsigned char)id;
  sent_at[from][id] = now();
  send(sockets[from], query, length, 0);
  sent++;
}

static void hear(int i) {
  static unsigned char octets[BATCH][ROOM];
  static struct iovec pieces[BATCH];
  static struct mmsghdr messages[BATCH];
  for (int m = 0; m < BATCH; m++) {
    pieces[m] = (struct iovec){octets[m], ROOM};
    messages[m].msg_hdr = (struct msghdr){.msg_iov = &pieces[m], .msg_iovlen = 1};
  }
  int count = recvmmsg(sockets[i], messages, BATCH, MSG_DONTWAIT, NULL);
  const int64_t at = now();
  for (int m = 0; m < count; m++) {
    int64_t *asked = &sent_at[i][octets[m][0] << 8 | octets[m][1]];
    if (messages[m].msg_len < 12 || *asked == 0) continue;
    latencies[answered++] = (uint32_t)(at - *asked);
    *asked = 0;
  }
}

static int ascending(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/** The least that so many in a thousand do not exceed. */
static double quantile(size_t thousandths) {
  return answered == 0 ? 0 : latencies[(answered * thousandths + 999) / 1000 - 1] / 1000.0;
}

int main(int count, char **words) {
  if (count != 5) return fprintf(stderr, "usage: paced PORT FILE RATE SECONDS\n"), 2;
  const double rate = atof(words[3]);
  const size_t total = (size_t)(rate * atof(words[4]));
  struct stat about;
  int fd = open(words[2], O_RDONLY);
  if (fd < 0 || fstat(fd, &about) < 0 || total == 0 || total > MOST) fail(words[2]);
  unsigned char *file = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  latencies = malloc(total * sizeof *latencies);
  if (file == MAP_FAILED || latencies == NULL) fail("memory");
  open_sockets((uint16_t)atoi(words[1]));
  const int64_t start = now();
  int64_t end = 0;
  for (int64_t at = start; end == 0 || (answered < sent && at < end + GRACE); at = now()) {
    for (int burst = 0; burst < BATCH && sent < total && (double)(at - start) >= (double)sent * (double)SECOND / rate; burst++) {
      size_t length;
      unsigned char *query = next_query(file, (size_t)about.st_size, &length);
      ask(query, length);
    }
    if (sent == total && end == 0) end = now();
    for (int i = 0; i < SOCKETS; i++) hear(i);
  }
  qsort(latencies, answered, sizeof *latencies, ascending);
  printf("{\"sent\":%zu,\"lost\":%zu,\"seconds\":%.6f,\"p50\":%.1f,\"p99\":%.1f}\n", sent, sent - answered,
         (double)(end - start) / (double)SECOND, quantile(500), quantile(990));
}
