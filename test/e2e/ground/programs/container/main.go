// container SPEC: becomes the process of one container. The caller has made the namespaces (unshare, nsenter) and is
// root; SPEC is a JSON file that says what the container's root looks like and who it runs as.
//
// container forget MARK: makes the kernel forget the connections of that conntrack mark, in this network namespace.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

type spec struct {
	// Scratch is an empty directory: the container's own layer is kept below it, in memory.
	Scratch string
	// Layers are directory trees, the uppermost first.
	Layers   []string
	Mounts   []mount
	ReadOnly bool
	Hostname string
	User     int
	Group    int
	Groups   []int
	// Capabilities by number: no process of the container can ever have another.
	Capabilities    []int
	NoNewPrivileges bool
	Directory       string
	Command         []string
	Environment     []string
}

type mount struct {
	Source   string
	Target   string
	ReadOnly bool
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("container: ")
	runtime.LockOSThread()
	switch {
	case len(os.Args) == 3 && os.Args[1] == "forget":
		must("forget", forget(os.Args[2]))
	case len(os.Args) == 2:
		become(read(os.Args[1]))
	default:
		log.Fatal("usage: container SPEC | container forget MARK")
	}
}

func read(path string) (s spec) {
	text, err := os.ReadFile(path)
	must("spec", err)
	must("spec", json.Unmarshal(text, &s))
	return s
}

func become(s spec) {
	root := makeRoot(s)
	must("hostname", syscall.Sethostname([]byte(s.Hostname)))
	must("chdir", os.Chdir(root))
	must("pivot_root", syscall.PivotRoot(".", "."))
	must("unmount", syscall.Unmount(".", syscall.MNT_DETACH))
	must("chdir", os.Chdir(s.Directory))
	limit(s)
	program, err := lookUp(s)
	must("start", err)
	must(program, syscall.Exec(program, s.Command, s.Environment))
}

// makeRoot mounts the layers under one another, and everything that belongs on top of them.
func makeRoot(s spec) string {
	must("tmpfs", syscall.Mount("scratch", s.Scratch, "tmpfs", 0, "mode=0755"))
	at := func(name string) string { return filepath.Join(s.Scratch, name) }
	for _, name := range []string{"upper", "work", "root", "empty"} {
		must("mkdir", os.Mkdir(at(name), 0o755))
	}
	root := at("root")
	lower := strings.Join(append(s.Layers, at("empty")), ":")
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", lower, at("upper"), at("work"))
	must("overlay", syscall.Mount("overlay", root, "overlay", 0, options))
	system(root)
	for _, one := range s.Mounts {
		bind(one.Source, filepath.Join(root, one.Target), one.ReadOnly)
	}
	if s.ReadOnly {
		must("read-only root", syscall.Mount("", root, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	}
	return root
}

// system mounts /proc and the devices that every container has.
func system(root string) {
	proc, dev := filepath.Join(root, "proc"), filepath.Join(root, "dev")
	must("mkdir", os.MkdirAll(proc, 0o755))
	must("mkdir", os.MkdirAll(dev, 0o755))
	must("proc", syscall.Mount("proc", proc, "proc", syscall.MS_NOSUID|syscall.MS_NOEXEC|syscall.MS_NODEV, ""))
	must("dev", syscall.Mount("dev", dev, "tmpfs", syscall.MS_NOSUID|syscall.MS_NOEXEC, "mode=0755"))
	for _, name := range []string{"null", "zero", "full", "random", "urandom"} {
		bind(filepath.Join("/dev", name), filepath.Join(dev, name), false)
	}
	for name, target := range map[string]string{"fd": "fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"} {
		must("symlink", os.Symlink(filepath.Join("/proc/self", target), filepath.Join(dev, name)))
	}
	must("remount /dev", syscall.Mount("", dev, "", syscall.MS_REMOUNT|syscall.MS_RDONLY|syscall.MS_NOSUID|syscall.MS_NOEXEC, "mode=0755"))
}

func bind(source, target string, readOnly bool) {
	info, err := os.Stat(source)
	must("mount", err)
	if info.IsDir() {
		must("mkdir", os.MkdirAll(target, 0o755))
	} else {
		must("mkdir", os.MkdirAll(filepath.Dir(target), 0o755))
		file, err := os.OpenFile(target, os.O_CREATE, 0o644)
		must("mount", err)
		file.Close()
	}
	must("bind "+target, syscall.Mount(source, target, "", syscall.MS_BIND, ""))
	if readOnly {
		must("bind "+target, syscall.Mount("", target, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	}
}

const (
	prSetPdeathsig    = 1
	prCapbsetDrop     = 24
	prSetNoNewPrivs   = 38
	lastCapability    = 40
	firstInvalidError = syscall.EINVAL
)

// limit gives up what the container may not have. The order matters: each step needs what the next gives up.
func limit(s spec) {
	kept := map[int]bool{}
	for _, one := range s.Capabilities {
		kept[one] = true
	}
	for capability := 0; capability <= lastCapability; capability++ {
		if kept[capability] {
			continue
		}
		if err := prctl(prCapbsetDrop, uintptr(capability)); err != nil && err != firstInvalidError {
			must("capabilities", err)
		}
	}
	must("groups", syscall.Setgroups(s.Groups))
	must("group", syscall.Setgid(s.Group))
	must("user", syscall.Setuid(s.User))
	if s.NoNewPrivileges {
		must("no new privileges", prctl(prSetNoNewPrivs, 1))
	}
	// Changing the user forgets it: the container ends with the process that watches over it.
	must("death signal", prctl(prSetPdeathsig, uintptr(syscall.SIGKILL)))
}

func prctl(option, value uintptr) error {
	_, _, failed := syscall.RawSyscall6(syscall.SYS_PRCTL, option, value, 0, 0, 0, 0)
	if failed != 0 {
		return failed
	}
	return nil
}

// lookUp finds the program in the container's PATH, as its user.
func lookUp(s spec) (string, error) {
	name := s.Command[0]
	if strings.Contains(name, "/") {
		return name, nil
	}
	for _, one := range s.Environment {
		if path, found := strings.CutPrefix(one, "PATH="); found {
			for _, directory := range filepath.SplitList(path) {
				if info, err := os.Stat(filepath.Join(directory, name)); err == nil && info.Mode()&0o111 != 0 {
					return filepath.Join(directory, name), nil
				}
			}
		}
	}
	return "", fmt.Errorf("%q: executable file not found in $PATH", name)
}

func must(what string, err error) {
	if err != nil {
		log.Fatal(what, ": ", err)
	}
}
