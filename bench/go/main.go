// The published Go client's way, written anew: a socket made with SOCK_CLOEXEC, one marshalled line
// for each request, and a new buffered reader for each reply.
//
//	client SOCKET      then one "TASK COUNT" a line on standard input, one JSON line out for each
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

type request struct {
	Type    string   `json:"type"`
	Action  string   `json:"action"`
	Service string   `json:"service"`
	Match   string   `json:"match,omitempty"`
	Targets []string `json:"targets,omitempty"`
	Values  []string `json:"values,omitempty"`
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

func run(conn net.Conn, task string, count int, names []string) bool {
	read := request{Type: "REQUEST", Action: "read", Service: "bench"}
	switch task {
	case "exact":
		read.Targets = names[count%1000 : count%1000+1]
		return right(roundTrip(conn, read), read.Targets)
	case "read":
		read.Targets = names
		return right(roundTrip(conn, read), names)
	case "prefix":
		read.Match, read.Targets = "prefix", []string{"big:"}
		res := roundTrip(conn, read)
		for _, r := range res.Results {
			if len(r.Value) != 166 || !strings.HasPrefix(r.Value, "secret-"+r.Target) {
				return false
			}
		}
		return len(res.Results) == 10000
	case "write":
		write := request{Type: "REQUEST", Action: "write", Service: "bench", Targets: names[:500]}
		for _, name := range write.Targets {
			write.Values = append(write.Values, "secret-"+name)
		}
		return roundTrip(conn, write).Status == "success"
	}
	panic("unknown task " + task)
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
	for {
		var task string
		var count, wrong int
		if _, err := fmt.Scan(&task, &count); err != nil {
			return
		}
		ns := []int64{}
		if task == "sequential" {
			start := time.Now()
			for i := 0; i < count; i++ {
				if !run(conn, "exact", i, names) {
					wrong++
				}
			}
			ns = append(ns, time.Since(start).Nanoseconds())
		} else {
			for i := 0; i < count; i++ {
				start := time.Now()
				ok := run(conn, task, i, names)
				ns = append(ns, time.Since(start).Nanoseconds())
				if !ok {
					wrong++
				}
			}
		}
		line, _ := json.Marshal(map[string]any{"wrong": wrong, "ns": ns})
		fmt.Println(string(line))
	}
}
