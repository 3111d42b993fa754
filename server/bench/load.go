package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	clients = 64 // keep-alive connections
	span    = 2 * time.Second
	agent   = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)

func get(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nUser-Agent: " + agent + "\r\n\r\n")
}

// reader counts the readers, who are each of an address of their own.
var reader atomic.Uint32

// id is as our own pages make it: the time, and digits at random.
func id() string {
	return strconv.FormatInt(time.Now().UnixMilli(), 10) + strconv.FormatUint(1e16+rand.Uint64N(9e16), 10)
}

// view is of a reader who has not been here yet.
func view(path, slug string) []byte {
	var from [4]byte
	binary.BigEndian.PutUint32(from[:], 10<<24|reader.Add(1)&0xffffff)
	return post(path, `{"events":[{"id":"`+id()+`","type":"view","article":"`+slug+`"}]}`, fmt.Sprintf("%d.%d.%d.%d", from[0], from[1], from[2], from[3]))
}

func post(path, body, from string) []byte {
	return []byte("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nX-Forwarded-For: " + from + "\r\nUser-Agent: " + agent + "\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// rate is how many requests a second get a 2xx.
func rate(addr string, req func() []byte) float64 {
	var done atomic.Int64
	var wg sync.WaitGroup
	until := time.Now().Add(span)
	begun := time.Now()
	for range clients {
		wg.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				return
			}
			defer c.Close()
			r := bufio.NewReaderSize(c, 64<<10)
			for time.Now().Before(until) {
				if _, err := c.Write(req()); err != nil {
					return
				}
				if !answered(r) {
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(begun).Seconds()
}

// answered reads one response; lean, so that the client is not what is measured.
func answered(r *bufio.Reader) bool {
	line, err := r.ReadSlice('\n')
	ok := err == nil && bytes.HasPrefix(line, []byte("HTTP/1.1 2"))
	size := 0
	for {
		line, err = r.ReadSlice('\n')
		if err != nil {
			return false
		}
		if len(line) <= 2 {
			break
		}
		if v, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			size, _ = strconv.Atoi(string(bytes.TrimSpace(v)))
		}
	}
	_, err = r.Discard(size)
	return ok && err == nil
}
