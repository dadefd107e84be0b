package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"go.etcd.io/etcd/server/v3/embed"
)

// serveEtcd is a cluster of one member on loopback: `etcd -data-dir DIR -client-port N -peer-port N`.
func serveEtcd(args []string) error {
	flags := flag.NewFlagSet("etcd", flag.ExitOnError)
	dataDir := flags.String("data-dir", "", "folder of the data")
	clientPort := flags.Int("client-port", 0, "port for clients")
	peerPort := flags.Int("peer-port", 0, "port for other members")
	flags.Parse(args)

	config := embed.NewConfig()
	config.Dir = *dataDir
	config.LogLevel = "warn"
	// The data of tests need not survive a power failure.
	config.UnsafeNoFsync = true
	config.ListenClientUrls = loopback(*clientPort)
	config.AdvertiseClientUrls = config.ListenClientUrls
	config.ListenPeerUrls = loopback(*peerPort)
	config.AdvertisePeerUrls = config.ListenPeerUrls
	config.InitialCluster = config.InitialClusterFromName(config.Name)

	member, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	defer member.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-stop:
		return nil
	case err := <-member.Err():
		return err
	}
}

func loopback(port int) []url.URL {
	return []url.URL{{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}}
}
