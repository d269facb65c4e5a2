package natsq

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// inside is the queue's own server. It runs in one of the processes that share its folder, whichever came first; the others reach
// it through its door, and when that process ends one of them takes over.
type inside struct {
	*server.Server
	folder *os.File // locked for as long as the server runs, however its process ends
	token  string
}

// door is how processes with the same folder reach the server inside one of them.
type door struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

const (
	lockFile = "lock"
	doorFile = "door"
	// openWithin is how long a server may take to read its store.
	openWithin = 30 * time.Second
)

// errTaken says that another process runs the server of this folder.
var errTaken = errors.New("nats channel: another process runs the queue of this folder")

// lockFolder makes this process the only one that opens the store: two servers on one store would ruin it.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("nats channel: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("nats channel: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errTaken, f.Close())
	}
	return f, nil
}

// embed starts the server inside; errTaken where another process has. It writes through to the disk before it says yes.
func embed(s Settings) (in *inside, err error) {
	folder, err := lockFolder(s.Dir)
	if err != nil {
		return nil, err
	}
	in = &inside{folder: folder}
	defer func() {
		if err != nil {
			in.close()
		}
	}()
	host, port, err := listenAt(s.Listen)
	if err != nil {
		return nil, err
	}
	in.token = cmp.Or(s.Token, rand.Text())
	if in.Server, err = server.NewServer(&server.Options{
		ServerName: "sealgate", JetStream: true, StoreDir: s.Dir, Host: host, Port: port, NoSigs: true, NoLog: true, SyncAlways: true, Authorization: in.token,
	}); err != nil {
		return nil, fmt.Errorf("nats channel: %w", err)
	}
	in.Start()
	if !in.ReadyForConnections(openWithin) {
		return nil, fmt.Errorf("nats channel: the server inside did not start (can it listen on %s?)", net.JoinHostPort(host, strconv.Itoa(port)))
	}
	return in, in.openDoor(s.Dir)
}

// listenAt is where the server inside listens: for everybody where that is configured, else for this machine alone.
func listenAt(listen string) (host string, port int, err error) {
	if listen == "" {
		return "127.0.0.1", server.RANDOM_PORT, nil
	}
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil {
		return "", 0, fmt.Errorf("nats channel: listen: %w", err)
	}
	return host, port, nil
}

// openDoor writes down for the other processes how they reach the server.
func (in *inside) openDoor(dir string) error {
	at, ok := in.Addr().(*net.TCPAddr)
	if !ok {
		return errors.New("nats channel: the server inside listens nowhere")
	}
	host := at.IP.String()
	if at.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	b, err := json.Marshal(door{"nats://" + net.JoinHostPort(host, strconv.Itoa(at.Port)), in.token})
	if err != nil {
		return err
	}
	next := filepath.Join(dir, doorFile+".next")
	if err := os.WriteFile(next, b, 0o600); err != nil {
		return fmt.Errorf("nats channel: %w", err)
	}
	return os.Rename(next, filepath.Join(dir, doorFile))
}

// join reaches the server that another process runs. When that ends, so does the connection.
func join(dir string, options ...nats.Option) (*nats.Conn, error) {
	b, err := os.ReadFile(filepath.Join(dir, doorFile))
	if err != nil {
		return nil, errors.Join(errTaken, err) // it is just starting
	}
	var d door
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, errors.Join(errTaken, err)
	}
	return nats.Connect(d.URL, append(options, nats.Token(d.Token), nats.NoReconnect())...)
}

// close stops the server and leaves the folder to the next one.
func (in *inside) close() {
	if in.Server != nil {
		in.Shutdown()
		in.WaitForShutdown()
	}
	_ = in.folder.Close()
}
