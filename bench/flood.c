// flood PORT FILE SOURCES: sends the first query of FILE (with its length in front, as over TCP) to 127.0.0.1 as fast as
// it can, until it is killed, and reads no replies. It asks from 127.0.0.2, or with more sources than one from so many
// addresses that are far apart, as somebody who forges them would.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 512, MOST = 256 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int from(uint32_t host, uint16_t port) {
  const struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
  const struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&source, sizeof source) < 0 ||
      connect(fd, (const struct sockaddr *)&to, sizeof to) < 0)
    fail("socket");
  return fd;
}

int main(int count, char **words) {
  if (count != 4) return fprintf(stderr, "usage: flood PORT FILE SOURCES\n"), 2;
  const int sources = atoi(words[3]);
  static unsigned char octets[ROOM + 2];
  FILE *file = fopen(words[2], "r");
  if (sources < 1 || sources > MOST || file == NULL || fread(octets, 1, sizeof octets, file) < 2) fail(words[2]);
  struct iovec query = {octets + 2, (size_t)octets[0] << 8 | octets[1]};
  struct mmsghdr messages[BATCH] = {0};
  for (int i = 0; i < BATCH; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &query, .msg_iovlen = 1};
  int sockets[MOST];
  for (int i = 0; i < sources; i++)
    sockets[i] = from(i == 0 ? 0x7f000002 : 0x7f000002 + (uint32_t)i * 0x010307, (uint16_t)atoi(words[1]));
  puts("floods");
  fflush(stdout);
  for (int i = 0;; i = (i + 1) % sources) sendmmsg(sockets[i], messages, BATCH, 0);
}
