// The kernel's floor: a bare loop that receives and sends in batches of 64 and does as little for a query as
// bench/echo.ts: every datagram comes back with QR and AA set and one A record behind it. Prints where it listens.
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 4096 + 64, HEADER = 12 };

/** A pointer to the question, A, IN, TTL 5, 10.0.0.1. */
static const unsigned char RECORD[] = {0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10, 0, 0, 1};

static unsigned char octets[BATCH][ROOM + sizeof RECORD];
static struct sockaddr_in clients[BATCH];
static struct iovec pieces[BATCH];
static struct mmsghdr messages[BATCH];

static int open_socket(void) {
  const int buffer = 4 << 20;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  if (bind(fd, (struct sockaddr *)&at, size) < 0 || getsockname(fd, (struct sockaddr *)&at, &size) < 0) return -1;
  printf("{\"bound\":[{\"port\":%d}]}\n", ntohs(at.sin_port));
  fflush(stdout);
  return fd;
}

static void make_room(int i) {
  pieces[i] = (struct iovec){.iov_base = octets[i], .iov_len = ROOM};
  messages[i].msg_hdr = (struct msghdr){
      .msg_name = &clients[i], .msg_namelen = sizeof clients[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
}

static void answer(int i) {
  size_t length = messages[i].msg_len;
  if (length < HEADER) memset(octets[i] + length, 0, HEADER - length), length = HEADER;
  octets[i][2] |= 0x84;
  octets[i][6] = 0, octets[i][7] = 1;
  memcpy(octets[i] + length, RECORD, sizeof RECORD);
  pieces[i].iov_len = length + sizeof RECORD;
}

int main(void) {
  int fd = open_socket();
  if (fd < 0) return perror("floor"), 1;
  for (;;) {
    for (int i = 0; i < BATCH; i++) make_room(i);
    int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    for (int i = 0; i < count; i++) answer(i);
    for (int sent = 0; sent < count;) {
      int now = sendmmsg(fd, messages + sent, (unsigned)(count - sent), 0);
      sent += now > 0 ? now : 1; // it stops at one that cannot be sent
    }
  }
}
