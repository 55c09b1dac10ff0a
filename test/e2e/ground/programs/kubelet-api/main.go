// kubelet-api ADDRESS CA CERTIFICATE KEY DIRECTORY: the part of a kubelet that people see through an API server: kubectl
// exec, logs and port-forward. For each container DIRECTORY has `NAMESPACE_POD_CONTAINER.pid` and `.log`.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	remotecommandconsts "k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
	streaming "k8s.io/kubelet/pkg/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const (
	idle     = 4 * time.Hour
	creation = 30 * time.Second
)

// node is a folder with a few files for each container.
type node struct{ directory string }

func main() {
	log.SetFlags(0)
	if len(os.Args) != 6 {
		log.Fatal("usage: kubelet-api ADDRESS CA CERTIFICATE KEY DIRECTORY")
	}
	here := node{os.Args[5]}
	mux := http.NewServeMux()
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", here.exec)
	mux.HandleFunc("/portForward/{namespace}/{pod}", here.forward)
	mux.HandleFunc("/containerLogs/{namespace}/{pod}/{container}", here.logs)
	// HTTP/1.1 alone: a connection is taken over for its streams.
	server := http.Server{
		Addr:         os.Args[1],
		Handler:      mux,
		TLSConfig:    &tls.Config{ClientCAs: pool(os.Args[2]), ClientAuth: tls.RequireAndVerifyClientCert},
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	log.Fatal(server.ListenAndServeTLS(os.Args[3], os.Args[4]))
}

func pool(file string) *x509.CertPool {
	text, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	found := x509.NewCertPool()
	found.AppendCertsFromPEM(text)
	return found
}

func (n node) file(r *http.Request, container, suffix string) string {
	name := fmt.Sprintf("%s_%s_%s.%s", r.PathValue("namespace"), r.PathValue("pod"), container, suffix)
	return filepath.Join(n.directory, filepath.Base(name))
}

func (n node) exec(w http.ResponseWriter, r *http.Request) {
	options, err := streaming.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	pod, container := r.PathValue("pod"), r.PathValue("container")
	inside := executor{n.file(r, container, "pid")}
	streaming.ServeExec(w, r, inside, pod, "", container, r.URL.Query()["command"], options,
		idle, creation, remotecommandconsts.SupportedStreamingProtocols)
}

// executor runs commands as a container's own process runs: in its namespaces, as its user, with its environment.
type executor struct{ pidFile string }

func (e executor) ExecInContainer(
	ctx context.Context, _ string, _ types.UID, _ string, command []string,
	in io.Reader, out, errs io.WriteCloser, tty bool, sizes <-chan remotecommand.TerminalSize, _ time.Duration,
) error {
	pid, err := os.ReadFile(e.pidFile)
	if err != nil {
		return fmt.Errorf("the container does not run")
	}
	inside := commandIn(ctx, strings.TrimSpace(string(pid)), command)
	if tty {
		return status(runAtTerminal(inside, in, out, sizes))
	}
	inside.Stdout, inside.Stderr = out, errs
	if in != nil {
		// What is to be read may never end; the command may.
		input, err := inside.StdinPipe()
		if err != nil {
			return err
		}
		go func() {
			io.Copy(input, in)
			input.Close()
		}()
	}
	return status(inside.Run())
}

// status is what clients understand: the exit code of a command that ran.
func status(err error) error {
	if ended, is := err.(*exec.ExitError); is {
		return utilexec.ExitErrorWrapper{ExitError: ended}
	}
	return err
}

func commandIn(ctx context.Context, pid string, command []string) *exec.Cmd {
	status, _ := os.ReadFile(filepath.Join("/proc", pid, "status"))
	id := func(field string) string {
		for line := range strings.Lines(string(status)) {
			if words := strings.Fields(line); len(words) > 1 && words[0] == field {
				return words[1]
			}
		}
		return "65534"
	}
	enter := []string{"-t", pid, "-m", "-u", "-i", "-n", "-p", "--root", "--wd", "-S", id("Uid:"), "-G", id("Gid:"), "--"}
	inside := exec.CommandContext(ctx, "nsenter", append(enter, command...)...)
	environment, _ := os.ReadFile(filepath.Join("/proc", pid, "environ"))
	inside.Env = strings.Split(strings.TrimRight(string(environment), "\x00"), "\x00")
	return inside
}

func (n node) forward(w http.ResponseWriter, r *http.Request) {
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	found, _ := filepath.Glob(n.file(r, "*", "pid"))
	if len(found) == 0 {
		http.Error(w, "the pod does not run", http.StatusNotFound)
		return
	}
	portforward.ServePortForward(w, r, forwarder{found[0]}, r.PathValue("pod"), "", options,
		idle, creation, portforward.SupportedProtocols)
}

// forwarder connects to a port of a pod at the pod's own loopback, as container runtimes do.
type forwarder struct{ pidFile string }

func (f forwarder) PortForward(_ context.Context, _ string, _ types.UID, port int32, stream io.ReadWriteCloser) error {
	pid, err := os.ReadFile(f.pidFile)
	if err != nil {
		return err
	}
	to := fmt.Sprintf("TCP4:127.0.0.1:%d", port)
	inside := exec.Command("nsenter", "-t", strings.TrimSpace(string(pid)), "-n", "socat", "-", to)
	inside.Stdout = stream
	input, err := inside.StdinPipe()
	if err != nil {
		return err
	}
	go func() {
		io.Copy(input, stream)
		input.Close()
	}()
	return inside.Run()
}

// logs knows `follow` and `tailLines`.
func (n node) logs(w http.ResponseWriter, r *http.Request) {
	file, err := os.Open(n.file(r, r.PathValue("container"), "log"))
	if err != nil {
		http.Error(w, "the container has written nothing", http.StatusNotFound)
		return
	}
	defer file.Close()
	text, _ := io.ReadAll(file)
	w.Write([]byte(tail(string(text), r.URL.Query().Get("tailLines"))))
	for r.URL.Query().Get("follow") == "true" && r.Context().Err() == nil {
		io.Copy(w, file)
		w.(http.Flusher).Flush()
		time.Sleep(200 * time.Millisecond)
	}
}

func tail(text, lines string) string {
	count, err := strconv.Atoi(lines)
	all := strings.SplitAfter(text, "\n")
	if err != nil || count+1 >= len(all) {
		return text
	}
	return strings.Join(all[len(all)-1-count:], "")
}
