// UDP in batches: up to 64 datagrams in and up to 64 out for one call from JavaScript. A Batch is one memory that the
// kernel writes queries into and takes replies from; JavaScript looks at the same memory and makes nothing per query.
//
// A thread's loop is: next() sends what the last round answered and waits up to 100 ms for queries; JavaScript answers
// them in place; again. Nothing here is static, so each thread has its own, over sockets that main opened and shares.
//
// An address has several sockets, each with a queue of its own, and the system picks one by who asks: whoever fills a
// queue fills that one. Every thread watches all of them, so that none is without a reader when a thread is lost, and
// what is taken at a time is shared among those that have something.
//
// The memory, in 32-bit words: counts of replies that were lost (REFUSED, NO_ROOM) and of queries of whoever crowds a
// queue (CROWDED); thirteen that rest; then
// SLOT words per slot: LENGTH of the query, or why there is none (PORT_0, TRUNCATED); REPLY, the reply's length, 0 for
// none, which JavaScript writes; ADDRESS, sixteen octets of the client's, IPv4 mapped into IPv6. Then room for one
// query per slot, then for one reply per slot.
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/** Of what JavaScript relies on: see src/server/transport/addon.ts. */
#define INTERFACE 5

#define MOST_SLOTS 64
#define MOST_QUEUES 16
#define MOST_SOCKETS 1024
#define MOST_ROOM 65536
#define WAIT_MS 100
/** So many times a thread is the first that a socket wakes; then it goes behind the others. */
#define WAKES 64
/** So many times a socket is looked at again before epoll is asked for others, which costs as much as some queries. */
#define STREAK 4
/** What is sifted of a queue in one turn, in slots: others wait meanwhile. */
#define SIFTINGS 4
/** So long after several clients were seen in a queue that fills up it is sifted. */
#define CROWDED_SECONDS 10

enum { REFUSED = 0, NO_ROOM = 1, CROWDED = 2, HEAD = 16 };
enum { LENGTH = 0, REPLY = 1, ADDRESS = 2, ADDRESS_SIZE = 16, SLOT = 8, PORT_0 = -1, TRUNCATED = -2 };

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

/** Which local address was asked: only sockets on a wildcard tell. */
union packet_info {
  char octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
  struct cmsghdr aligned;
};

/** A socket, by main's descriptor, which JavaScript names it by, and by ours: a number that means it until we close it. */
struct descriptor {
  int given, own;
};

struct watched {
  struct descriptor in, out; // queries come and replies go; those of one address go by one, which may be this
  time_t crowded_until;
};

/** Datagrams that have no slot yet; behind them a room for the octets of each. */
struct sieve {
  struct mmsghdr in[MOST_SLOTS];
  struct iovec octets[MOST_SLOTS];
  union address clients[MOST_SLOTS];
  union packet_info infos[MOST_SLOTS];
  char room[];
};

struct batch {
  napi_ref memory; // strong: the kernel writes there, whatever JavaScript still holds
  int32_t *words;
  size_t size;
  unsigned slots, query_room, reply_room;
  int epoll; // of use only while there is not exactly one socket
  int clock; // ends every wait of epoll's: a timer that runs is cheaper than one that is set for each wait
  struct watched sockets[MOST_SOCKETS];
  unsigned socket_count;
  unsigned wakes;
  struct epoll_event busy; // the one that had something last, alone
  unsigned streak;         // how often it may be looked at yet
  struct sieve *sieve; // there is none before it is needed
  struct epoll_event ready[MOST_SLOTS + 1];
  int reply_by[MOST_SLOTS]; // the sockets that replies to the queries in memory leave by
  unsigned received;     // how many there are
  unsigned used;         // slots whose headers the kernel has written since they were made ready
  struct mmsghdr in[MOST_SLOTS], out[MOST_SLOTS];
  struct iovec in_octets[MOST_SLOTS], out_octets[MOST_SLOTS];
  union address clients[MOST_SLOTS];
  union packet_info infos[MOST_SLOTS];
};

/** As Node's own errors say it; of what sockets and epoll answer, those that somebody can do something about. */
static const char *name_of(int error) {
#define NAME(error) case error: return #error;
  switch (error) {
    NAME(EACCES) NAME(EADDRINUSE) NAME(EADDRNOTAVAIL) NAME(EAFNOSUPPORT) NAME(EBADF) NAME(EINVAL) NAME(EMFILE)
    NAME(ENETDOWN) NAME(ENFILE) NAME(ENOBUFS) NAME(ENODEV) NAME(ENOMEM) NAME(ENOPROTOOPT) NAME(ENOSPC) NAME(ENOTSOCK) NAME(EPERM)
  }
  return "UNKNOWN";
}

static napi_value text(napi_env env, const char *characters) {
  napi_value value = NULL;
  napi_create_string_utf8(env, characters, NAPI_AUTO_LENGTH, &value);
  return value;
}

static napi_value number(napi_env env, int64_t of) {
  napi_value value = NULL;
  napi_create_int64(env, of, &value);
  return value;
}

/** Throws an error as Node's own are: `bind EADDRINUSE`, with code, errno and syscall. */
static napi_value fail(napi_env env, const char *syscall, int error) {
  char message[64];
  napi_value thrown;
  snprintf(message, sizeof message, "%s %s", syscall, name_of(error));
  if (napi_create_error(env, text(env, name_of(error)), text(env, message), &thrown) != napi_ok) return NULL;
  napi_set_named_property(env, thrown, "errno", number(env, -error));
  napi_set_named_property(env, thrown, "syscall", text(env, syscall));
  napi_throw(env, thrown);
  return NULL;
}

/** A whole number in bounds, as JavaScript has it: nothing is rounded, and nothing wraps round. */
static bool whole(napi_env env, napi_value value, uint32_t least, uint32_t most, uint32_t *to) {
  double given;
  if (napi_get_value_double(env, value, &given) != napi_ok || !(given >= least && given <= most)) return false;
  *to = (uint32_t)given;
  return *to == given;
}

/** A descriptor, or -1: of what is none none is made, for 0 is one. */
static int descriptor_in(napi_env env, napi_value value) {
  uint32_t fd;
  return whole(env, value, 0, INT32_MAX, &fd) ? (int)fd : -1;
}

/** A host as it was written, whole, and without an end of C's own inside. */
static bool host_in(napi_env env, napi_value value, char *host, size_t room) {
  size_t length = 0;
  return napi_get_value_string_utf8(env, value, host, room, &length) == napi_ok && length < room - 1 &&
         strlen(host) == length;
}

/** The octets of a literal address (`fe80::1%eth0` too) and port, or 0. */
static socklen_t parse(const char *host, uint16_t port, union address *to) {
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM};
  struct addrinfo *found;
  if (getaddrinfo(host, NULL, &hints, &found) != 0) return 0;
  socklen_t size = found->ai_addrlen;
  memcpy(to, found->ai_addr, size);
  freeaddrinfo(found);
  to->v4.sin_port = htons(port); // IPv6 has it in the same place
  return size;
}

/** A kind of socket: of datagrams, with so much of a buffer; or to which streams come, of which so many may wait. */
struct kind {
  int type, amount;
  int dual; // on `::` it is of IPv4 too
};

static int set(int fd, int level, int option, int value) { return setsockopt(fd, level, option, &value, sizeof value); }

static int set_family(int fd, const union address *at, int dual) {
  return at->any.sa_family == AF_INET6 ? set(fd, IPPROTO_IPV6, IPV6_V6ONLY, !dual) : 0;
}

/** Whether IPv4 replies may leave in fragments. Those that must not need no identification, for which the system counts. */
static int set_fragments(int fd, int allowed) {
  return set(fd, IPPROTO_IP, IP_MTU_DISCOVER, allowed ? IP_PMTUDISC_WANT : IP_PMTUDISC_DO);
}

/** What a socket must have before it is bound. Buffers are wishes: the system grants what it grants. */
static int prepare(int fd, const union address *at, int buffer) {
  const int on = 1;
  const struct timeval wait = {.tv_usec = WAIT_MS * 1000};
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) < 0) return -1;
  if (at->any.sa_family == AF_INET) {
    set_fragments(fd, 0);
    return at->v4.sin_addr.s_addr == INADDR_ANY ? setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) : 0;
  }
  if (set_family(fd, at, 0) < 0) return -1;
  if (!IN6_IS_ADDR_UNSPECIFIED(&at->v6.sin6_addr)) return 0;
  return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

/** SO_REUSEADDR, as all that listen have it: a port is free at once. Of datagrams another server's port would be ours. */
static int prepare_stream(int fd, const union address *at, int dual) {
  return set(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0 ? -1 : set_family(fd, at, dual);
}

static int set_shared(int fd, int shared) { return set(fd, SOL_SOCKET, SO_REUSEPORT, shared); }

/** A socket that is bound, or listens, and, in `at`, its address; -1 with errno and what failed. */
static int open_one(union address *at, socklen_t size, const struct kind *kind, int shared, const char **failed) {
  const int streams = kind->type == SOCK_STREAM;
  *failed = "socket";
  int fd = socket(at->any.sa_family, kind->type | SOCK_CLOEXEC | (streams ? SOCK_NONBLOCK : 0), 0);
  if (fd < 0) return -1;
  if ((streams ? prepare_stream(fd, at, kind->dual) : prepare(fd, at, kind->amount)) < 0 || (shared && set_shared(fd, 1) < 0))
    *failed = "setsockopt";
  else if (bind(fd, &at->any, size) < 0) *failed = "bind";
  else if (streams && listen(fd, kind->amount) < 0) *failed = "listen";
  else if (getsockname(fd, &at->any, &size) < 0) *failed = "getsockname";
  else return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

#define LOAD(size, offset) BPF_STMT(BPF_LD | size | BPF_ABS, (uint32_t)(SKF_NET_OFF + (offset)))
#define ALU(does) BPF_STMT(BPF_ALU | BPF_##does | BPF_X, 0)
#define ALU_BY(does, constant) BPF_STMT(BPF_ALU | BPF_##does | BPF_K, constant)

/**
 * Which of so many queues (a power of two) a datagram, or a new stream, is put into: by its source address, whichever family the packet
 * has. The last four bits tell neighbours apart, so that sixteen in a row have a socket each; what is before them is
 * mixed in by a secret, so that nobody outside knows who shares one.
 */
static int divide_by_source(int fd, unsigned queues) {
  uint32_t secret[2];
  if (getrandom(secret, sizeof secret, 0) != sizeof secret) return -1;
  const uint32_t key = secret[0], odd = secret[1] | 1;
  struct sock_filter program[] = {
      LOAD(BPF_B, 0),
      ALU_BY(RSH, 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 3, 0),
      BPF_STMT(BPF_LDX | BPF_IMM, key),
      LOAD(BPF_W, 12),
      BPF_STMT(BPF_JMP | BPF_JA, 13),
      LOAD(BPF_W, 8),
      ALU_BY(XOR, key),
      ALU_BY(MUL, odd),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      LOAD(BPF_W, 12),
      ALU(XOR),
      ALU_BY(MUL, odd),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      LOAD(BPF_W, 16),
      ALU(XOR),
      ALU_BY(MUL, odd),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      LOAD(BPF_W, 20),
      // The last word of the address, and in X what the others come to.
      BPF_STMT(BPF_ST, 0),
      ALU_BY(RSH, 4),
      ALU(XOR),
      ALU_BY(MUL, odd),
      // As MurmurHash3 ends: with one product alone some secrets put what is far apart into few queues.
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      ALU_BY(RSH, 15),
      ALU(XOR),
      ALU_BY(MUL, 0xc2b2ae35),
      ALU_BY(RSH, 28),
      BPF_STMT(BPF_LDX | BPF_MEM, 0),
      ALU(XOR),
      ALU_BY(AND, queues - 1),
      BPF_STMT(BPF_RET | BPF_A, 0),
  };
  const struct sock_fprog whole = {.len = sizeof program / sizeof *program, .filter = program};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &whole, sizeof whole);
}

/**
 * The other queues of the first socket's address, and behind those of datagrams one for replies. The first was bound alone, so that two servers cannot have one port. From
 * here on a program of the same user may bind there that shares too; clients are divided among these queues alone.
 */
static int open_others(int *fds, unsigned queues, union address *at, socklen_t size, const struct kind *kind, const char **failed) {
  unsigned count = 1;
  *failed = "setsockopt";
  if (set_shared(fds[0], 1) == 0) {
    while (count < queues && (fds[count] = open_one(at, size, kind, 1, failed)) >= 0) count++;
    if (count == queues) {
      *failed = "setsockopt";
      // Not before the others are told apart: it would get some of the queries.
      if (divide_by_source(fds[0], queues) == 0 &&
          (kind->type == SOCK_STREAM || (fds[count] = open_one(at, size, kind, 1, failed)) >= 0))
        return 0;
    }
  }
  const int error = errno;
  while (count > 1) close(fds[--count]);
  set_shared(fds[0], 0);
  errno = error;
  return -1;
}

static napi_value numbers(napi_env env, const int *of, unsigned count) {
  napi_value list = NULL;
  napi_create_array_with_length(env, count, &list);
  for (unsigned i = 0; i < count; i++) napi_set_element(env, list, i, number(env, of[i]));
  return list;
}

/** `{fds, port}` of sockets of a kind on one address, with `lacking` where they are fewer than wanted; or throws. */
static napi_value open_kind(napi_env env, napi_callback_info info, int type) {
  size_t argc = 5;
  napi_value argv[5], opened;
  char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 1], lacking[64];
  uint32_t port, amount, queues;
  bool dual = false;
  struct kind kind = {.type = type};
  int fds[MOST_QUEUES + 1];
  union address at;
  socklen_t size;
  const char *failed;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok || argc < 4 ||
      !host_in(env, argv[0], host, sizeof host) || !whole(env, argv[1], 0, 65535, &port) ||
      !whole(env, argv[2], 0, INT32_MAX, &amount) || !whole(env, argv[3], 1, MOST_QUEUES, &queues) ||
      (queues & (queues - 1)) != 0 || (argc > 4 && napi_get_value_bool(env, argv[4], &dual) != napi_ok) ||
      (size = parse(host, (uint16_t)port, &at)) == 0)
    return fail(env, "bind", EINVAL);
  kind.amount = (int)amount;
  kind.dual = dual;
  if ((fds[0] = open_one(&at, size, &kind, 0, &failed)) < 0) return fail(env, failed, errno);
  napi_create_object(env, &opened);
  if (queues > 1 && open_others(fds, queues, &at, size, &kind, &failed) < 0) {
    snprintf(lacking, sizeof lacking, "%s %s", failed, name_of(errno));
    napi_set_named_property(env, opened, "lacking", text(env, lacking));
    queues = 1;
  }
  const unsigned count = queues > 1 && type == SOCK_DGRAM ? queues + 1 : queues;
  napi_set_named_property(env, opened, "fds", numbers(env, fds, count));
  napi_set_named_property(env, opened, "port", number(env, ntohs(at.v4.sin_port)));
  return opened;
}

/**
 * open(host, port, buffer, queues): bound sockets for datagrams: so many queues, 2, 4, 8 or 16, and one more for their
 * replies; or one for all, with `lacking` to say why where it is the system that cannot tell clients apart.
 */
static napi_value open_sockets(napi_env env, napi_callback_info info) { return open_kind(env, info, SOCK_DGRAM); }

/**
 * listen(host, port, backlog, queues, dual): sockets to which clients connect, whether or not somebody accepts them: so many
 * queues of those who wait to be accepted.
 */
static napi_value open_listening(napi_env env, napi_callback_info info) { return open_kind(env, info, SOCK_STREAM); }

static int descriptor(napi_env env, napi_callback_info info, napi_value *this) {
  size_t argc = 1;
  napi_value argv[1];
  if (napi_get_cb_info(env, info, &argc, argv, this, NULL) != napi_ok || argc < 1) return -1;
  return descriptor_in(env, argv[0]);
}

/** duplicate(fd): another descriptor of the same socket, for somebody who closes it. */
static napi_value duplicate(napi_env env, napi_callback_info info) {
  const int fd = fcntl(descriptor(env, info, NULL), F_DUPFD_CLOEXEC, 0);
  return fd < 0 ? fail(env, "fcntl", errno) : number(env, fd);
}

/** dropped(fd): how many datagrams the system dropped, mostly because the socket's queue was full. */
static napi_value dropped(napi_env env, napi_callback_info info) {
  uint32_t memory[SK_MEMINFO_VARS] = {0};
  socklen_t size = sizeof memory;
  if (getsockopt(descriptor(env, info, NULL), SOL_SOCKET, SO_MEMINFO, memory, &size) < 0)
    return fail(env, "getsockopt", errno);
  return number(env, memory[SK_MEMINFO_DROPS]);
}

/** close(fd): the port is free as soon as no batch watches the socket. */
static napi_value close_socket(napi_env env, napi_callback_info info) {
  return close(descriptor(env, info, NULL)) < 0 ? fail(env, "close", errno) : NULL;
}

static int32_t *slot(struct batch *b, unsigned i) { return b->words + HEAD + i * SLOT; }
static char *query_at(struct batch *b, unsigned i) { return (char *)slot(b, b->slots) + (size_t)i * b->query_room; }
static char *reply_at(struct batch *b, unsigned i) { return query_at(b, b->slots) + (size_t)i * b->reply_room; }

/** The reply goes where the query came from, and says so itself where the socket has more than one address. */
static void address_reply(struct batch *b, unsigned i, unsigned at, size_t length) {
  struct msghdr *query = &b->in[i].msg_hdr, *reply = &b->out[at].msg_hdr;
  b->out_octets[at] = (struct iovec){.iov_base = reply_at(b, i), .iov_len = length};
  *reply = *query;
  reply->msg_iov = &b->out_octets[at];
  reply->msg_flags = 0;
  struct cmsghdr *told = CMSG_FIRSTHDR(query);
  if (told == NULL) return;
  // The way back is routing's to find, except that a link-local address means nothing without its interface.
  if (told->cmsg_level == IPPROTO_IP) ((struct in_pktinfo *)CMSG_DATA(told))->ipi_ifindex = 0;
  else {
    struct in6_pktinfo *asked = (struct in6_pktinfo *)CMSG_DATA(told);
    if (!IN6_IS_ADDR_LINKLOCAL(&asked->ipi6_addr)) asked->ipi6_ifindex = 0;
  }
}

static void send_by(struct batch *b, int fd, unsigned count) {
  unsigned tried = 0; // so many of them were too long for their way, or before one that was
  for (unsigned at = 0; at < count;) {
    int sent = sendmmsg(fd, b->out + at, count - at, MSG_DONTWAIT);
    if (sent > 0) at += (unsigned)sent;
    else if (errno == EMSGSIZE && at >= tried && set_fragments(fd, 1) == 0) tried = at + 1;
    else if (errno == EAGAIN || errno == ENOBUFS) {
      b->words[NO_ROOM] += (int32_t)(count - at);
      return;
    } else if (errno != EINTR) {
      // It stops at one that cannot be sent, which costs that one only.
      b->words[REFUSED]++;
      at++;
    }
  }
}

static void send_replies(struct batch *b) {
  unsigned count = 0;
  int by = -1;
  for (unsigned i = 0; i < b->received; i++) {
    int32_t length = slot(b, i)[REPLY];
    slot(b, i)[REPLY] = 0;
    if (length <= 0 || (uint32_t)length > b->reply_room) continue;
    if (b->reply_by[i] != by && count > 0) {
      send_by(b, by, count);
      count = 0;
    }
    by = b->reply_by[i];
    address_reply(b, i, count++, (size_t)length);
  }
  b->received = 0;
  if (count > 0) send_by(b, by, count);
}

static void map_address(const union address *from, int32_t *to) {
  if (from->any.sa_family == AF_INET) {
    to[0] = to[1] = 0;
    to[2] = (int32_t)htonl(0xffff);
    memcpy(to + 3, &from->v4.sin_addr, 4);
  } else memcpy(to, &from->v6.sin6_addr, ADDRESS_SIZE);
}

static void describe(struct batch *b, unsigned i) {
  const struct msghdr *header = &b->in[i].msg_hdr;
  const union address *from = &b->clients[i];
  const int is_v4 = from->any.sa_family == AF_INET;
  int32_t *at = slot(b, i);
  at[REPLY] = 0;
  at[LENGTH] = (int32_t)b->in[i].msg_len;
  if (header->msg_flags & MSG_TRUNC) at[LENGTH] = TRUNCATED;
  if ((is_v4 ? from->v4.sin_port : from->v6.sin6_port) == 0) at[LENGTH] = PORT_0;
  map_address(from, at + ADDRESS);
}

/** As recvmmsg wants it: the kernel writes lengths and flags into the headers of those slots that it fills. */
static void make_ready(struct batch *b, unsigned i) {
  b->in_octets[i] = (struct iovec){.iov_base = query_at(b, i), .iov_len = b->query_room};
  b->in[i].msg_hdr = (struct msghdr){
      .msg_name = &b->clients[i],
      .msg_namelen = sizeof b->clients[i],
      .msg_iov = &b->in_octets[i],
      .msg_iovlen = 1,
      .msg_control = &b->infos[i],
      .msg_controllen = sizeof b->infos[i],
  };
}

static int is_alike(struct batch *b, unsigned i, const int32_t *address) {
  return memcmp(slot(b, i) + ADDRESS, address, ADDRESS_SIZE) == 0;
}

/** Slots from `first` on, by who asks: the first slot of the same client, and there how many it has. */
struct shares {
  unsigned first, leader[MOST_SLOTS], count[MOST_SLOTS];
};

static void count_shares(struct batch *b, struct shares *of) {
  for (unsigned i = of->first; i < b->received; i++) {
    unsigned leader = of->first;
    while (leader < i && (of->leader[leader] != leader || !is_alike(b, leader, slot(b, i) + ADDRESS))) leader++;
    of->leader[i] = leader;
    of->count[i] = 0;
    of->count[leader]++;
  }
}

/** A slot of whoever has most, if that is more than this client would have by it; else MOST_SLOTS. */
static unsigned slot_for(struct batch *b, struct shares *of, const int32_t *address) {
  unsigned most = of->first, own = MOST_SLOTS;
  for (unsigned i = of->first; i < b->received; i++) {
    if (of->leader[i] != i) continue;
    if (of->count[i] > of->count[most]) most = i;
    if (own == MOST_SLOTS && is_alike(b, i, address)) own = i;
  }
  if (of->count[most] <= (own == MOST_SLOTS ? 1 : of->count[own] + 1)) return MOST_SLOTS;
  unsigned to = b->received - 1;
  while (to == most || of->leader[to] != most) to--;
  of->count[most]--;
  of->leader[to] = own == MOST_SLOTS ? to : own;
  if (own == MOST_SLOTS) of->count[to] = 1;
  else of->count[own]++;
  return to;
}

static struct sieve *sieve_of(struct batch *b) {
  if (b->sieve == NULL) b->sieve = malloc(sizeof *b->sieve + (size_t)MOST_SLOTS * b->query_room);
  return b->sieve;
}

static void ready_sieve(struct batch *b, struct sieve *sieve) {
  for (unsigned i = 0; i < MOST_SLOTS; i++) {
    sieve->octets[i] = (struct iovec){sieve->room + (size_t)i * b->query_room, b->query_room};
    sieve->in[i].msg_hdr = (struct msghdr){
        .msg_name = &sieve->clients[i],
        .msg_namelen = sizeof sieve->clients[i],
        .msg_iov = &sieve->octets[i],
        .msg_iovlen = 1,
        .msg_control = &sieve->infos[i],
        .msg_controllen = sizeof sieve->infos[i],
    };
  }
}

static void put(struct batch *b, const struct sieve *sieve, unsigned i, unsigned to) {
  const struct mmsghdr *from = &sieve->in[i];
  memcpy(query_at(b, to), sieve->octets[i].iov_base, from->msg_len);
  b->clients[to] = sieve->clients[i];
  b->infos[to] = sieve->infos[i];
  b->in[to].msg_len = from->msg_len;
  b->in[to].msg_hdr.msg_namelen = from->msg_hdr.msg_namelen;
  b->in[to].msg_hdr.msg_controllen = from->msg_hdr.msg_controllen;
  b->in[to].msg_hdr.msg_flags = from->msg_hdr.msg_flags;
  describe(b, to);
}

/** Looks further into a queue than there are slots, for those who have fewer of them, and drops the rest. */
static void sift(struct batch *b, int fd, unsigned first) {
  struct sieve *sieve = sieve_of(b);
  if (sieve == NULL) return;
  struct shares shares = {.first = first};
  count_shares(b, &shares);
  int count = MOST_SLOTS;
  for (unsigned i = 0; i < SIFTINGS && count == MOST_SLOTS; i++) {
    ready_sieve(b, sieve);
    count = recvmmsg(fd, sieve->in, MOST_SLOTS, MSG_DONTWAIT, NULL);
    for (int at = 0; at < count; at++) {
      int32_t address[ADDRESS_SIZE / sizeof(int32_t)];
      map_address(&sieve->clients[at], address);
      const unsigned to = slot_for(b, &shares, address);
      if (to < MOST_SLOTS) put(b, sieve, (unsigned)at, to);
    }
    // Who has no slot, or gave one up.
    if (count > 0) b->words[CROWDED] += count;
  }
}

/** More than half of what a queue may hold: soon the system drops whatever comes, of everybody. */
static int is_filling(int fd) {
  uint32_t memory[SK_MEMINFO_VARS];
  socklen_t size = sizeof memory;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) < 0) return 0;
  return memory[SK_MEMINFO_RMEM_ALLOC] > memory[SK_MEMINFO_RCVBUF] / 2;
}

/** A queue that one client has for itself is left alone: what it holds will be answered. */
static void relieve(struct batch *b, int fd, unsigned first) {
  unsigned at = 0;
  while (at < b->socket_count && b->sockets[at].in.own != fd) at++;
  if (at == b->socket_count) return;
  struct watched *socket = &b->sockets[at];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  for (unsigned i = first + 1; i < b->received; i++)
    if (!is_alike(b, i, slot(b, first) + ADDRESS)) socket->crowded_until = now.tv_sec + CROWDED_SECONDS;
  if (now.tv_sec < socket->crowded_until) sift(b, fd, first);
}

/** Takes at most so many from a socket, into the slots behind what is there; how many came, or -1 with errno. */
static int take(struct batch *b, int fd, int reply_by, unsigned most, int flags) {
  // Of recvmmsg's own timeout its manual says that it does not work: SO_RCVTIMEO bounds the wait.
  const unsigned first = b->received;
  const int count = recvmmsg(fd, b->in + first, most, flags, NULL);
  for (int i = 0; i < count; i++) {
    b->reply_by[b->received] = reply_by;
    describe(b, b->received++);
  }
  b->used = b->received;
  if (count == (int)most && most > 1 && is_filling(fd)) relieve(b, fd, first);
  return count;
}

/** One thread is woken for a datagram, not all that wait for the same socket. */
static int add(struct batch *b, const struct watched *socket) {
  const uint64_t data = (uint64_t)socket->out.own << 32 | (uint64_t)socket->in.own;
  struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.u64 = data};
  return epoll_ctl(b->epoll, EPOLL_CTL_ADD, socket->in.own, &event);
}

static int in_of(const struct epoll_event *ready) { return (int)(ready->data.u64 & INT32_MAX); }
static int out_of(const struct epoll_event *ready) { return (int)(ready->data.u64 >> 32); }

/** A socket wakes the first that waits for it, and would leave the others nothing as long as that one has time. */
static int go_behind(struct batch *b, const struct epoll_event *ready) {
  const struct watched socket = {.in.own = in_of(ready), .out.own = out_of(ready)};
  return epoll_ctl(b->epoll, EPOLL_CTL_DEL, socket.in.own, NULL) < 0 ? -1 : add(b, &socket);
}

/** How many sockets have something: they are in `ready`. */
static int find_ready(struct batch *b, int wait) {
  int count = epoll_wait(b->epoll, b->ready, (int)b->slots + 1, wait ? -1 : 0);
  for (int i = 0; i < count; i++) {
    if (in_of(&b->ready[i]) != b->clock) continue;
    uint64_t ticks;
    if (read(b->clock, &ticks, sizeof ticks) < 0 && errno != EAGAIN) return -1;
    b->ready[i] = b->ready[--count];
    return count;
  }
  // The last one's turn comes next time, before those that were told of now.
  return count > (int)b->slots ? (int)b->slots : count;
}

/** Several came, and all that there were: soon there are more. Whoever has more than that lets others come first. */
static int is_busy(const struct batch *b, int count) { return count > 1 && count < (int)b->slots; }

static int take_busy(struct batch *b) {
  const int count = take(b, in_of(&b->busy), out_of(&b->busy), b->slots, MSG_DONTWAIT);
  b->streak = is_busy(b, count) ? b->streak - 1 : 0;
  return count;
}

/** From each socket that has something its share of the slots, and what those before it left of theirs. */
static int take_turns(struct batch *b, int wait) {
  if (b->streak > 0 && take_busy(b) > 0) return 0;
  const int count = find_ready(b, wait);
  if (count < 0) return -1;
  if (count > 0 && ++b->wakes % WAKES == 0 && go_behind(b, b->ready) < 0) return -1;
  int error = EAGAIN;
  for (int i = 0; i < count; i++) {
    const unsigned share = (b->slots - b->received) / (unsigned)(count - i);
    const struct epoll_event *ready = &b->ready[i];
    if (take(b, in_of(ready), out_of(ready), share, MSG_DONTWAIT) < 0 && errno != EAGAIN) error = errno;
  }
  b->busy = b->ready[0];
  b->streak = count == 1 && is_busy(b, (int)b->received) ? STREAK : 0;
  errno = error;
  return b->received > 0 ? 0 : -1;
}

/** -1 with errno when no queries came, EAGAIN and EINTR among the reasons. */
static int receive(struct batch *b, int wait) {
  // Mostly a few of many: a batch is as long as the queue was.
  while (b->used > 0) make_ready(b, --b->used);
  if (b->socket_count != 1) return take_turns(b, wait);
  const struct watched *only = b->sockets;
  return take(b, only->in.own, only->out.own, b->slots, wait ? MSG_WAITFORONE : MSG_DONTWAIT);
}

/** Whether a socket that is watched sends by the one of main's descriptor; ours of it, else -1. */
static int sends_by(const struct batch *b, int given) {
  for (unsigned i = 0; i < b->socket_count; i++)
    if (b->sockets[i].out.given == given) return b->sockets[i].out.own;
  return -1;
}

static void close_last(struct batch *b) {
  const struct watched last = b->sockets[--b->socket_count];
  close(last.in.own);
  if (last.out.own != last.in.own && sends_by(b, last.out.given) < 0) close(last.out.own);
}

static void batch_ended(napi_env env, void *data, void *hint) {
  (void)hint;
  struct batch *b = data;
  while (b->socket_count > 0) close_last(b);
  if (b->epoll >= 0) close(b->epoll);
  if (b->clock >= 0) close(b->clock);
  if (b->memory != NULL) napi_delete_reference(env, b->memory);
  free(b->sieve);
  free(b);
}

/** Whether its memory is still its own, or throws: an ArrayBuffer that was transferred away is somebody else's. */
static bool has_memory(napi_env env, const struct batch *b) {
  napi_value memory;
  void *words = NULL;
  size_t size = 0;
  if (b->memory != NULL && napi_get_reference_value(env, b->memory, &memory) == napi_ok &&
      napi_get_arraybuffer_info(env, memory, &words, &size) == napi_ok && words == b->words && size == b->size)
    return true;
  fail(env, "batch", EINVAL);
  return false;
}

static struct batch *batch_of(napi_env env, napi_value this) {
  struct batch *b = NULL;
  if (napi_unwrap(env, this, (void **)&b) == napi_ok) return has_memory(env, b) ? b : NULL;
  fail(env, "batch", EINVAL);
  return NULL;
}

/** next(wait): sends the replies, then receives; how many queries there are, after 100 ms at most without any. */
static napi_value batch_next(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1], count = NULL;
  struct batch *b = NULL;
  bool wait = false;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, (void **)&b) != napi_ok) return fail(env, "next", EINVAL);
  if (argc > 0) napi_get_value_bool(env, argv[0], &wait);
  if (!has_memory(env, b)) return NULL;
  send_replies(b);
  if (receive(b, wait) < 0 && errno != EAGAIN && errno != EINTR) return fail(env, "recvmmsg", errno);
  napi_create_uint32(env, b->received, &count);
  return count;
}

/**
 * A function of the batch's own, which finds it by itself: to look it up by `this` costs more than what is left of a call.
 * Whoever has the function alone has the batch too.
 */
static napi_status add_next(napi_env env, napi_value this, struct batch *b) {
  napi_value next;
  napi_status status = napi_create_function(env, "next", NAPI_AUTO_LENGTH, batch_next, b, &next);
  const napi_property_descriptor batch = {"batch", NULL, NULL, NULL, NULL, this, napi_default, NULL};
  if (status == napi_ok) status = napi_define_properties(env, next, 1, &batch);
  return status == napi_ok ? napi_set_named_property(env, this, "next", next) : status;
}

/** new Batch(slots, queryRoom, replyRoom): its `memory` is of one piece. */
static napi_value batch_new(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  uint32_t sizes[3];
  napi_value argv[3], this, memory;
  if (napi_get_cb_info(env, info, &argc, argv, &this, NULL) != napi_ok || argc < 3) return fail(env, "new", EINVAL);
  for (int i = 0; i < 3; i++)
    if (!whole(env, argv[i], 1, i == 0 ? MOST_SLOTS : MOST_ROOM, &sizes[i])) return fail(env, "new", EINVAL);
  struct batch *b = calloc(1, sizeof *b);
  if (b == NULL) return fail(env, "calloc", ENOMEM);
  b->slots = sizes[0], b->query_room = sizes[1], b->reply_room = sizes[2];
  b->size = sizeof(int32_t) * (HEAD + b->slots * SLOT) + (size_t)b->slots * (b->query_room + b->reply_room);
  b->clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  b->epoll = epoll_create1(EPOLL_CLOEXEC);
  const struct timespec period = {.tv_nsec = WAIT_MS * 1000000};
  const struct itimerspec ticking = {.it_interval = period, .it_value = period};
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)b->clock};
  const int is_ticking = b->epoll >= 0 && b->clock >= 0 && timerfd_settime(b->clock, 0, &ticking, NULL) == 0 &&
                         epoll_ctl(b->epoll, EPOLL_CTL_ADD, b->clock, &event) == 0;
  int error = errno;
  if (!is_ticking || napi_wrap(env, this, b, batch_ended, NULL, NULL) != napi_ok) {
    batch_ended(env, b, NULL);
    return fail(env, "epoll_create1", error);
  }
  if (napi_create_arraybuffer(env, b->size, (void **)&b->words, &memory) != napi_ok ||
      napi_create_reference(env, memory, 1, &b->memory) != napi_ok ||
      napi_set_named_property(env, this, "memory", memory) != napi_ok || add_next(env, this, b) != napi_ok)
    return fail(env, "new", ENOMEM);
  memset(b->words, 0, b->size);
  b->used = b->slots;
  return this;
}

/** Opens our descriptors of both; 0, or -1 with errno. */
static int own(struct batch *b, struct watched *socket) {
  if ((socket->in.own = fcntl(socket->in.given, F_DUPFD_CLOEXEC, 0)) < 0) return -1;
  if (socket->out.given == socket->in.given) socket->out.own = socket->in.own;
  else if ((socket->out.own = sends_by(b, socket->out.given)) < 0)
    socket->out.own = fcntl(socket->out.given, F_DUPFD_CLOEXEC, 0);
  if (socket->out.own >= 0) return 0;
  const int error = errno;
  close(socket->in.own);
  errno = error;
  return -1;
}

/**
 * watch(fd, by): receives from that socket too, whoever else does; replies leave by the other, which may be the same.
 * Epoll comes in with the second. It has to do with every packet that is sent by a socket which it watches.
 */
static napi_value batch_watch(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2], this;
  struct watched socket = {0};
  if (napi_get_cb_info(env, info, &argc, argv, &this, NULL) != napi_ok || argc < 2) return fail(env, "watch", EINVAL);
  socket.in.given = descriptor_in(env, argv[0]), socket.out.given = descriptor_in(env, argv[1]);
  struct batch *b = batch_of(env, this);
  if (b == NULL) return NULL;
  if (b->socket_count == MOST_SOCKETS) return fail(env, "watch", ENOSPC);
  if (own(b, &socket) < 0) return fail(env, "fcntl", errno);
  b->sockets[b->socket_count++] = socket;
  const unsigned count = b->socket_count;
  if (count == 1 || ((count > 2 || add(b, &b->sockets[0]) == 0) && add(b, &socket) == 0)) return NULL;
  const int error = errno;
  close_last(b);
  return fail(env, "epoll_ctl", error);
}

/** unwatch(fd): sends the replies first. One that is not watched is not watched already. */
static napi_value batch_unwatch(napi_env env, napi_callback_info info) {
  napi_value this = NULL;
  int fd = descriptor(env, info, &this);
  struct batch *b = batch_of(env, this);
  if (b == NULL) return NULL;
  send_replies(b);
  b->streak = 0;
  for (unsigned i = 0; i < b->socket_count; i++) {
    if (b->sockets[i].in.given != fd) continue;
    const struct watched socket = b->sockets[i];
    b->sockets[i] = b->sockets[b->socket_count - 1];
    b->sockets[b->socket_count - 1] = socket;
    // Before it is closed: the socket lives on with main, and epoll would go on telling of it.
    epoll_ctl(b->epoll, EPOLL_CTL_DEL, socket.in.own, NULL);
    close_last(b);
    if (b->socket_count == 1) epoll_ctl(b->epoll, EPOLL_CTL_DEL, b->sockets[0].in.own, NULL);
    break;
  }
  return NULL;
}

#define FUNCTION(name, function) {name, NULL, function, NULL, NULL, NULL, napi_default, NULL}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      FUNCTION("watch", batch_watch),
      FUNCTION("unwatch", batch_unwatch),
  };
  napi_value class;
  napi_define_class(env, "Batch", NAPI_AUTO_LENGTH, batch_new, NULL, 2, methods, &class);
  const napi_property_descriptor face[] = {
      FUNCTION("open", open_sockets),
      FUNCTION("close", close_socket),
      FUNCTION("listen", open_listening),
      FUNCTION("duplicate", duplicate),
      FUNCTION("dropped", dropped),
      {"Batch", NULL, NULL, NULL, NULL, class, napi_default, NULL},
      {"version", NULL, NULL, NULL, NULL, number(env, INTERFACE), napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof face / sizeof *face, face);
  return exports;
}
