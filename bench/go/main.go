// The published Go client's way, written anew: a socket made with SOCK_CLOEXEC, one marshalled line
// for each request, and a new buffered reader for each reply.
//
//	client SOCKET      then one "exact COUNT" a line on standard input, one JSON line out for each
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

type request struct {
	Type    string   `json:"type"`
	Action  string   `json:"action"`
	Service string   `json:"service"`
	Targets []string `json:"targets,omitempty"`
}

type result struct {
	Target string `json:"target"`
	Value  string `json:"value"`
}

type response struct {
	Type    string   `json:"type"`
	Status  string   `json:"status"`
	Reason  string   `json:"reason"`
	Results []result `json:"results"`
}

func dial(path string) (net.Conn, error) {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	return net.FileConn(file)
}

func roundTrip(conn net.Conn, req request) response {
	line, err := json.Marshal(req)
	if err != nil {
		panic(err)
	}
	if _, err := conn.Write(append(line, '\n')); err != nil {
		panic(err)
	}
	reply, err := bufio.NewReader(conn).ReadBytes('\n')
	if err != nil {
		panic(err)
	}
	var res response
	if err := json.Unmarshal(reply, &res); err != nil {
		panic(err)
	}
	return res
}

func right(res response, names []string) bool {
	if res.Status != "success" || len(res.Results) != len(names) {
		return false
	}
	for i, name := range names {
		if res.Results[i].Target != name || res.Results[i].Value != "secret-"+name {
			return false
		}
	}
	return true
}

func main() {
	conn, err := dial(os.Args[1])
	if err != nil {
		panic(err)
	}
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprintf("name:%05d", i)
	}
	read := request{Type: "REQUEST", Action: "read", Service: "bench"}
	for {
		var task string
		var count, wrong int
		if _, err := fmt.Scan(&task, &count); err != nil {
			return
		}
		ns := []int64{}
		for i := 0; i < count; i++ {
			read.Targets = names[i%1000 : i%1000+1]
			start := time.Now()
			ok := right(roundTrip(conn, read), read.Targets)
			ns = append(ns, time.Since(start).Nanoseconds())
			if !ok {
				wrong++
			}
		}
		line, _ := json.Marshal(map[string]any{"wrong": wrong, "ns": ns})
		fmt.Println(string(line))
	}
}
