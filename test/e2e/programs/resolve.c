/* resolve NAME…: a line for each, its addresses as the C library finds them by /etc/resolv.conf, or what went wrong.
 * Linked with musl, statically: what images on Alpine do. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

static void print_address(const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN];
	const void *octets = address->sa_family == AF_INET
		? (const void *)&((const struct sockaddr_in *)address)->sin_addr
		: (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;
	printf(" %s", inet_ntop(address->sa_family, octets, text, sizeof text));
}

int main(int count, char **names)
{
	for (int i = 1; i < count; i++) {
		struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
		int wrong = getaddrinfo(names[i], NULL, &hints, &found);
		printf("%s", names[i]);
		if (wrong) {
			printf(" error: %s\n", gai_strerror(wrong));
			continue;
		}
		for (struct addrinfo *one = found; one; one = one->ai_next)
			print_address(one->ai_addr);
		freeaddrinfo(found);
		printf("\n");
	}
	return 0;
}
