package testkit

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// FreePort is a port of 127.0.0.1 for a program that can't be told to choose one itself. It lies below those that the system gives
// to outgoing connections: between our look and the program's start no connection of another test can come to sit on it.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 10_240 + rand.IntN(32_768-10_240)
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no port below 32768 is free")
	return 0
}
