// SPDX-License-Identifier: MIT

// watchers PKI NUMBER WRITES BYTES: as many kubelets as NUMBER watch one ConfigMap, each
// by a connection of its own; then it is written WRITES times with BYTES. Prints the
// seconds from the beginning of a write to the median and to the last watcher.
//
// PKI is the directory that tests/kubernetes/pki made. The ConfigMap is `watched` of the
// namespace default, and must be there.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"time"
)

const base = "https://127.0.0.1:443/api/v1/namespaces/default/configmaps"

// The longest marker and what may stand before its end in a part that was read.
const tailBytes = 64

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "watchers:", err)
		os.Exit(1)
	}
}

func client(pki string) *http.Client {
	text, err := os.ReadFile(filepath.Join(pki, "ca.crt"))
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	pair, err := tls.LoadX509KeyPair(filepath.Join(pki, "admin.crt"),
		filepath.Join(pki, "admin.key"))
	check(err)
	return &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{
			RootCAs: pool, Certificates: []tls.Certificate{pair}}}}
}

func do(c *http.Client, method, url string, header http.Header, body []byte) *http.Response {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	check(err)
	request.Header = header
	answer, err := c.Do(request)
	check(err)
	if answer.StatusCode != http.StatusOK {
		check(fmt.Errorf("%s %s: %s", method, url, answer.Status))
	}
	return answer
}

func marker(number int) []byte {
	return fmt.Appendf(nil, "<marker %d>", number)
}

// watch tells when each of the markers comes, in their order. A watch that the API server
// ends is begun again, as a kubelet does.
func watch(c *http.Client, ready chan<- bool, seen chan<- time.Time) {
	for number, begun := 0, false; ; {
		answer := do(c, "GET", base+"?watch=1&fieldSelector=metadata.name%3Dwatched&timeoutSeconds=900",
			http.Header{"Accept": {"application/vnd.kubernetes.protobuf;stream=watch"}}, nil)
		if !begun {
			begun = true
			ready <- true
		}
		number = read(answer.Body, number, seen)
	}
}

// read returns the number of the marker that is to come next, at the end of a watch.
func read(body io.ReadCloser, number int, seen chan<- time.Time) int {
	defer body.Close()
	buffer := make([]byte, 1<<16)
	var tail []byte
	for {
		count, err := body.Read(buffer)
		tail = append(tail, buffer[:count]...)
		if bytes.Contains(tail, marker(number)) {
			seen <- time.Now()
			number++
		}
		if errors.Is(err, io.EOF) {
			return number
		}
		check(err)
		tail = append([]byte{}, tail[max(0, len(tail)-tailBytes):]...)
	}
}

func write(c *http.Client, number, size int) {
	body := fmt.Sprintf(`{"data":{"accounts.jsonl":"%s%s"}}`,
		bytes.Repeat([]byte("x"), size), marker(number))
	answer := do(c, "PATCH", base+"/watched",
		http.Header{"Content-Type": {"application/merge-patch+json"}}, []byte(body))
	_, err := io.Copy(io.Discard, answer.Body)
	check(err)
	check(answer.Body.Close())
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: watchers PKI NUMBER WRITES BYTES")
		os.Exit(2)
	}
	var numbers [3]int
	for i := range numbers {
		var err error
		numbers[i], err = strconv.Atoi(os.Args[i+2])
		check(err)
	}
	watchers, writes, size := numbers[0], numbers[1], numbers[2]
	ready, seen := make(chan bool), make(chan time.Time, watchers)
	for range watchers {
		go watch(client(os.Args[1]), ready, seen)
	}
	for range watchers {
		<-ready
	}
	var all, last []float64
	writer := client(os.Args[1])
	for number := range writes {
		began := time.Now()
		write(writer, number, size)
		var seconds float64
		for range watchers {
			seconds = (<-seen).Sub(began).Seconds()
			all = append(all, seconds)
		}
		last = append(last, seconds)
	}
	fmt.Printf("%.3f %.3f\n", median(all), median(last))
}
