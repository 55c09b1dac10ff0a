package main

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"syscall"
)

const (
	netlinkNetfilter = 12
	conntrackDelete  = 1<<8 | 2
	attributeMark    = 8
	attributeMask    = 21
)

// forget deletes IPv4 connections by their mark (ctnetlink): a datagram's connection would else lead to a pod that has
// gone for as long as its client sends.
func forget(mark string) error {
	value, err := strconv.ParseUint(mark, 0, 32)
	if err != nil || value == 0 {
		return fmt.Errorf("mark %q: a number other than 0 is needed", mark)
	}
	socket, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW, netlinkNetfilter)
	if err != nil {
		return err
	}
	if err := syscall.Sendto(socket, request(uint32(value)), 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return err
	}
	return acknowledged(socket)
}

func request(mark uint32) []byte {
	body := []byte{syscall.AF_INET, 0, 0, 0}
	for _, attribute := range []struct {
		kind  uint16
		value uint32
	}{{attributeMark, mark}, {attributeMask, 0xffffffff}} {
		body = binary.NativeEndian.AppendUint16(body, 8)
		body = binary.NativeEndian.AppendUint16(body, attribute.kind)
		body = binary.BigEndian.AppendUint32(body, attribute.value)
	}
	message := binary.NativeEndian.AppendUint32(nil, uint32(16+len(body)))
	message = binary.NativeEndian.AppendUint16(message, conntrackDelete)
	message = binary.NativeEndian.AppendUint16(message, syscall.NLM_F_REQUEST|syscall.NLM_F_ACK)
	message = binary.NativeEndian.AppendUint32(message, 1)
	message = binary.NativeEndian.AppendUint32(message, 0)
	return append(message, body...)
}

func acknowledged(socket int) error {
	reply := make([]byte, 4096)
	n, _, err := syscall.Recvfrom(socket, reply, 0)
	if err != nil {
		return err
	}
	if n < 20 {
		return fmt.Errorf("a reply of %d octets", n)
	}
	failed := syscall.Errno(-int32(binary.NativeEndian.Uint32(reply[16:20])))
	if failed != 0 && failed != syscall.ENOENT {
		return failed
	}
	return nil
}
