// tether PARENT COMMAND ARGUMENT…: becomes COMMAND, which the kernel kills when the process PARENT ends, however it
// ends. Without it, a test run that is killed leaves its servers behind.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
	"syscall"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("tether: ")
	if len(os.Args) < 3 {
		log.Fatal("usage: tether PARENT COMMAND [ARGUMENT…]")
	}
	runtime.LockOSThread()
	if _, _, failed := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0); failed != 0 {
		log.Fatal("prctl: ", failed)
	}
	// It may have ended before the kernel was told.
	if parent := os.Getppid(); strconv.Itoa(parent) != os.Args[1] {
		log.Fatalf("parent %s has ended", os.Args[1])
	}
	log.Fatal(os.Args[2], ": ", syscall.Exec(os.Args[2], os.Args[2:], os.Environ()))
}
