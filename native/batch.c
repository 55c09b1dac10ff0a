// UDP in batches: up to 64 datagrams in and up to 64 out for one call from JavaScript. A Batch is one memory that the
// kernel writes queries into and takes replies from; JavaScript looks at the same memory and makes nothing per query.
//
// A thread's loop is: next() sends what the last round answered and waits up to 100 ms for queries; JavaScript answers
// them in place; again. Nothing here is static, so each thread has its own, over sockets that main opened and shares.
//
// The memory, in 32-bit words: two counts of replies that were lost (REFUSED, NO_ROOM) and fourteen that rest; then
// SLOT words per slot: LENGTH of the query, or why there is none (PORT_0, TRUNCATED); REPLY, the reply's length, 0 for
// none, which JavaScript writes; ADDRESS, sixteen octets of the client's, IPv4 mapped into IPv6. Then room for one
// query per slot, then for one reply per slot.
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/** Of what JavaScript relies on: see src/transport/addon.ts. */
#define INTERFACE 1

#define MOST_SLOTS 64
#define MOST_SOCKETS 1024
#define MOST_ROOM 65536
#define WAIT_MS 100

enum { REFUSED = 0, NO_ROOM = 1, HEAD = 16 };
enum { LENGTH = 0, REPLY = 1, ADDRESS = 2, SLOT = 8, PORT_0 = -1, TRUNCATED = -2 };

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

struct watched {
  int given; // main's descriptor, by which JavaScript names the socket
  int own; // ours, so that the number means this socket until we close it
};

struct batch {
  napi_ref memory; // strong: the kernel writes there, whatever JavaScript still holds
  int32_t *words;
  size_t size;
  unsigned slots, query_room, reply_room;
  int epoll; // of use only while there is not exactly one socket
  struct watched sockets[MOST_SOCKETS];
  unsigned socket_count;
  int asked;         // the socket that the queries in memory came from
  unsigned received; // how many there are
  unsigned used;     // slots whose headers the kernel has written since they were made ready
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
    NAME(ENETDOWN) NAME(ENFILE) NAME(ENOBUFS) NAME(ENODEV) NAME(ENOMEM) NAME(ENOSPC) NAME(ENOTSOCK) NAME(EPERM)
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

/** What a socket must have before it is bound. Buffers are wishes: the system grants what it grants. */
static int prepare(int fd, const union address *at, int buffer) {
  const int on = 1;
  const struct timeval wait = {.tv_usec = WAIT_MS * 1000};
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) < 0) return -1;
  if (at->any.sa_family == AF_INET)
    return at->v4.sin_addr.s_addr == INADDR_ANY ? setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) : 0;
  if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0) return -1;
  if (!IN6_IS_ADDR_UNSPECIFIED(&at->v6.sin6_addr)) return 0;
  return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

/** open(host, port, buffer): `{fd, port}` of a bound socket. No SO_REUSEADDR, since another server's port is another server's. */
static napi_value open_socket(napi_env env, napi_callback_info info) {
  size_t argc = 3, length = 0;
  napi_value argv[3];
  char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
  uint32_t port;
  int32_t buffer;
  union address at;
  socklen_t size;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok || argc < 3 ||
      napi_get_value_string_utf8(env, argv[0], host, sizeof host, &length) != napi_ok ||
      napi_get_value_uint32(env, argv[1], &port) != napi_ok || port > 65535 ||
      napi_get_value_int32(env, argv[2], &buffer) != napi_ok || (size = parse(host, (uint16_t)port, &at)) == 0)
    return fail(env, "bind", EINVAL);
  int fd = socket(at.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(env, "socket", errno);
  const char *failed = NULL;
  if (prepare(fd, &at, buffer) < 0) failed = "setsockopt";
  else if (bind(fd, &at.any, size) < 0) failed = "bind";
  else if (getsockname(fd, &at.any, &size) < 0) failed = "getsockname";
  if (failed != NULL) {
    int error = errno;
    close(fd);
    return fail(env, failed, error);
  }
  napi_value opened;
  napi_create_object(env, &opened);
  napi_set_named_property(env, opened, "fd", number(env, fd));
  napi_set_named_property(env, opened, "port", number(env, ntohs(at.v4.sin_port)));
  return opened;
}

static int descriptor(napi_env env, napi_callback_info info, napi_value *this) {
  size_t argc = 1;
  napi_value argv[1];
  int32_t fd;
  if (napi_get_cb_info(env, info, &argc, argv, this, NULL) != napi_ok || argc < 1) return -1;
  return napi_get_value_int32(env, argv[0], &fd) == napi_ok ? fd : -1;
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

static void send_replies(struct batch *b) {
  unsigned count = 0;
  for (unsigned i = 0; i < b->received; i++) {
    int32_t length = slot(b, i)[REPLY];
    slot(b, i)[REPLY] = 0;
    if (length > 0 && (uint32_t)length <= b->reply_room) address_reply(b, i, count++, (size_t)length);
  }
  b->received = 0;
  for (unsigned at = 0; at < count;) {
    int sent = sendmmsg(b->asked, b->out + at, count - at, MSG_DONTWAIT);
    if (sent > 0) at += (unsigned)sent;
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

/** The socket to read now, with the flags to read it with; -1 when none has anything, with errno. */
static int readable(struct batch *b, int wait, int *flags) {
  *flags = MSG_DONTWAIT;
  if (b->socket_count == 1) {
    if (wait) *flags = MSG_WAITFORONE;
    return b->sockets[0].own;
  }
  struct epoll_event ready;
  // One at a time: epoll puts a socket that has more behind the others.
  int count = epoll_wait(b->epoll, &ready, 1, wait ? WAIT_MS : 0);
  if (count == 0) errno = EAGAIN;
  return count == 1 ? ready.data.fd : -1;
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
  if (is_v4) {
    at[ADDRESS] = at[ADDRESS + 1] = 0;
    at[ADDRESS + 2] = (int32_t)htonl(0xffff);
    memcpy(at + ADDRESS + 3, &from->v4.sin_addr, 4);
  } else memcpy(at + ADDRESS, &from->v6.sin6_addr, 16);
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

/** How many queries came; -1 with errno when there are none, EAGAIN and EINTR among the reasons. */
static int receive(struct batch *b, int wait) {
  int flags, fd = readable(b, wait, &flags);
  if (fd < 0) return -1;
  // Mostly a few of many: a batch is as long as the queue was.
  while (b->used > 0) make_ready(b, --b->used);
  // Of recvmmsg's own timeout its manual says that it does not work: SO_RCVTIMEO bounds the wait.
  int count = recvmmsg(fd, b->in, b->slots, flags, NULL);
  if (count < 0) return -1;
  b->asked = fd;
  b->received = b->used = (unsigned)count;
  for (unsigned i = 0; i < b->received; i++) describe(b, i);
  return count;
}

static void batch_ended(napi_env env, void *data, void *hint) {
  (void)hint;
  struct batch *b = data;
  for (unsigned i = 0; i < b->socket_count; i++) close(b->sockets[i].own);
  if (b->epoll >= 0) close(b->epoll);
  if (b->memory != NULL) napi_delete_reference(env, b->memory);
  free(b);
}

/** new Batch(slots, queryRoom, replyRoom): its `memory` is of one piece. */
static napi_value batch_new(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  uint32_t sizes[3];
  napi_value argv[3], this, memory;
  if (napi_get_cb_info(env, info, &argc, argv, &this, NULL) != napi_ok || argc < 3) return fail(env, "new", EINVAL);
  for (int i = 0; i < 3; i++)
    if (napi_get_value_uint32(env, argv[i], &sizes[i]) != napi_ok || sizes[i] == 0 || sizes[i] > MOST_ROOM)
      return fail(env, "new", EINVAL);
  if (sizes[0] > MOST_SLOTS) return fail(env, "new", EINVAL);
  struct batch *b = calloc(1, sizeof *b);
  if (b == NULL) return fail(env, "calloc", ENOMEM);
  b->slots = sizes[0], b->query_room = sizes[1], b->reply_room = sizes[2];
  b->size = sizeof(int32_t) * (HEAD + b->slots * SLOT) + (size_t)b->slots * (b->query_room + b->reply_room);
  b->epoll = epoll_create1(EPOLL_CLOEXEC);
  int error = errno;
  if (b->epoll < 0 || napi_wrap(env, this, b, batch_ended, NULL, NULL) != napi_ok) {
    batch_ended(env, b, NULL);
    return fail(env, "epoll_create1", error);
  }
  if (napi_create_arraybuffer(env, b->size, (void **)&b->words, &memory) != napi_ok ||
      napi_create_reference(env, memory, 1, &b->memory) != napi_ok ||
      napi_set_named_property(env, this, "memory", memory) != napi_ok)
    return fail(env, "new", ENOMEM);
  memset(b->words, 0, b->size);
  b->used = b->slots;
  return this;
}

/** The batch, if its memory is still its own: an ArrayBuffer that was transferred away is somebody else's. */
static struct batch *batch_of(napi_env env, napi_value this) {
  struct batch *b = NULL;
  napi_value memory;
  void *words = NULL;
  size_t size = 0;
  if (napi_unwrap(env, this, (void **)&b) == napi_ok && b->memory != NULL &&
      napi_get_reference_value(env, b->memory, &memory) == napi_ok &&
      napi_get_arraybuffer_info(env, memory, &words, &size) == napi_ok && words == b->words && size == b->size)
    return b;
  fail(env, "batch", EINVAL);
  return NULL;
}

/** next(wait): sends the replies, then receives; how many queries there are, after 100 ms at most without any. */
static napi_value batch_next(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1], this;
  bool wait = false;
  if (napi_get_cb_info(env, info, &argc, argv, &this, NULL) != napi_ok) return fail(env, "next", EINVAL);
  if (argc > 0) napi_get_value_bool(env, argv[0], &wait);
  struct batch *b = batch_of(env, this);
  if (b == NULL) return NULL;
  send_replies(b);
  int count = receive(b, wait);
  if (count >= 0) return number(env, count);
  return errno == EAGAIN || errno == EINTR ? number(env, 0) : fail(env, "recvmmsg", errno);
}

/** One thread is woken for a datagram, not all that wait for the same socket. */
static int add(struct batch *b, int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = fd};
  return epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &event);
}

/** watch(fd): receives from that socket too, whoever else does. Epoll comes in with the second. */
static napi_value batch_watch(napi_env env, napi_callback_info info) {
  napi_value this = NULL;
  int fd = descriptor(env, info, &this);
  struct batch *b = batch_of(env, this);
  if (b == NULL) return NULL;
  if (b->socket_count == MOST_SOCKETS) return fail(env, "watch", ENOSPC);
  int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return fail(env, "fcntl", errno);
  if ((b->socket_count == 1 && add(b, b->sockets[0].own) < 0) || (b->socket_count > 0 && add(b, own) < 0)) {
    int error = errno;
    close(own);
    return fail(env, "epoll_ctl", error);
  }
  b->sockets[b->socket_count++] = (struct watched){.given = fd, .own = own};
  return NULL;
}

/** unwatch(fd): sends the replies first. One that is not watched is not watched already. */
static napi_value batch_unwatch(napi_env env, napi_callback_info info) {
  napi_value this = NULL;
  int fd = descriptor(env, info, &this);
  struct batch *b = batch_of(env, this);
  if (b == NULL) return NULL;
  send_replies(b);
  for (unsigned i = 0; i < b->socket_count; i++) {
    if (b->sockets[i].given != fd) continue;
    // Before it is closed: the socket lives on with main, and epoll would go on telling of it.
    epoll_ctl(b->epoll, EPOLL_CTL_DEL, b->sockets[i].own, NULL);
    close(b->sockets[i].own);
    b->sockets[i] = b->sockets[--b->socket_count];
    if (b->socket_count == 1) epoll_ctl(b->epoll, EPOLL_CTL_DEL, b->sockets[0].own, NULL);
    break;
  }
  return NULL;
}

#define FUNCTION(name, function) {name, NULL, function, NULL, NULL, NULL, napi_default, NULL}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      FUNCTION("next", batch_next),
      FUNCTION("watch", batch_watch),
      FUNCTION("unwatch", batch_unwatch),
  };
  napi_value class;
  napi_define_class(env, "Batch", NAPI_AUTO_LENGTH, batch_new, NULL, 3, methods, &class);
  const napi_property_descriptor face[] = {
      FUNCTION("open", open_socket),
      FUNCTION("close", close_socket),
      {"Batch", NULL, NULL, NULL, NULL, class, napi_default, NULL},
      {"version", NULL, NULL, NULL, NULL, number(env, INTERFACE), napi_default, NULL},
  };
  napi_define_properties(env, exports, 4, face);
  return exports;
}
