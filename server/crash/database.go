package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "github.com/go-sql-driver/mysql" // the servers bring it anyway; the harness makes its database with it
)

// database is where the servers of a run keep their records.
type database interface {
	dsn() string
	// server tells whether the database is a process of its own, which can be killed.
	server() bool
	// kill ends that process in the middle of whatever it does and brings it back.
	kill() error
	stop()
}

// sqlite is a file: its processes are the servers themselves.
type sqlite struct{ path string }

func (s sqlite) dsn() string { return "sqlite:" + s.path }
func (sqlite) server() bool  { return false }
func (sqlite) kill() error   { return nil }
func (sqlite) stop()         {}

// mariadb is a server of the harness's own.
type mariadb struct {
	dir, name string
	port      int
	cmd       *exec.Cmd
	done      chan struct{}
}

// newMariaDB makes an empty server under dir. What is committed has reached the operating system, so that killing the
// database's process loses nothing that was acknowledged; a power cut is another matter, and not this harness's.
func newMariaDB(dir string) (*mariadb, error) {
	for _, tool := range []string{"mariadb-install-db", "mariadbd"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("MariaDB is not installed (Debian: mariadb-server): %w", err)
		}
	}
	m := &mariadb{dir: dir, name: "crash"}
	install := exec.Command("mariadb-install-db", "--no-defaults", "--user="+userName(), "--datadir="+filepath.Join(dir, "data"), "--auth-root-authentication-method=normal", "--skip-test-db")
	if out, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("mariadb-install-db: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	m.port = port
	if err := m.start(); err != nil {
		return nil, err
	}
	db, err := sql.Open("mysql", m.root())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	_, err = db.Exec("CREATE DATABASE " + m.name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	return m, err
}

func userName() string {
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	if os.Getuid() == 0 {
		return "root"
	}
	out, _ := exec.Command("id", "-un").Output()
	return string(bytes.TrimSpace(out))
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

func (m *mariadb) root() string { return fmt.Sprintf("root@tcp(127.0.0.1:%d)/", m.port) }
func (m *mariadb) dsn() string  { return "mysql:" + m.root() + m.name }

func (m *mariadb) start() error {
	at := func(name string) string { return filepath.Join(m.dir, name) }
	m.cmd = exec.Command("mariadbd", "--no-defaults", "--user="+userName(), "--datadir="+at("data"), "--socket="+at("s.sock"), fmt.Sprintf("--port=%d", m.port), "--bind-address=127.0.0.1",
		"--pid-file="+at("pid"), "--log-error="+at("err.log"), "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
		"--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync", "--skip-log-bin", "--innodb-buffer-pool-size=256M", "--skip-name-resolve")
	m.done = make(chan struct{})
	if err := m.cmd.Start(); err != nil {
		return err
	}
	cmd, done := m.cmd, m.done
	go func() { _ = cmd.Wait(); close(done) }()
	return m.ready()
}

// ready waits until the database answers.
func (m *mariadb) ready() error {
	db, err := sql.Open("mysql", m.root())
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-m.done:
			text, _ := os.ReadFile(filepath.Join(m.dir, "err.log"))
			return fmt.Errorf("mariadbd ended:\n%s", text[max(0, len(text)-tailBytes):])
		case <-ctx.Done():
			return errors.Join(errors.New("mariadbd does not answer"), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (m *mariadb) server() bool { return true }

func (m *mariadb) kill() error {
	m.stop()
	return m.start()
}

func (m *mariadb) stop() {
	_ = m.cmd.Process.Kill()
	<-m.done
}
