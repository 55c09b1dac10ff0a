// resolver NAME…: a line for each, its addresses as Go's own resolver finds them by /etc/resolv.conf, or what went
// wrong. Built without cgo: nothing of it is the C library's.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	resolver := net.Resolver{PreferGo: true}
	for _, name := range os.Args[1:] {
		deadline, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		addresses, err := resolver.LookupHost(deadline, name)
		cancel()
		if err != nil {
			fmt.Printf("%s error: %v\n", name, err)
			continue
		}
		slices.Sort(addresses)
		fmt.Printf("%s %s\n", name, strings.Join(slices.Compact(addresses), " "))
	}
}
