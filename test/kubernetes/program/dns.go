package main

import (
	"context"
	"encoding/binary"
	"flag"
	"io"
	"net"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	clientset "k8s.io/client-go/kubernetes"
	discovery "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	connectionTimeout = 10 * time.Second
	largestMessage    = 65535
)

// dnsServer answers for the headless Services of the cluster, and asks a server of the machine for all other names.
// Other Services have no names here: without kube-proxy nothing leads to their addresses.
type dnsServer struct {
	slices   discovery.EndpointSliceLister
	upstream string
}

// serveDNS is `dns -kubeconfig FILE -listen ADDRESS:PORT [-upstream ADDRESS:PORT]`, over UDP and TCP.
func serveDNS(args []string) error {
	flags := flag.NewFlagSet("dns", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "file that says how to reach the API server")
	listen := flags.String("listen", "", "address and port of this server")
	upstream := flags.String("upstream", "", "server for names outside of the cluster")
	flags.Parse(args)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	slices, err := watchSlices(ctx, *kubeconfig)
	if err != nil {
		return err
	}
	packets, err := net.ListenPacket("udp", *listen)
	if err != nil {
		return err
	}
	connections, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	server := &dnsServer{slices, *upstream}
	go server.servePackets(packets)
	go server.serveConnections(connections)
	<-ctx.Done()
	return nil
}

func watchSlices(ctx context.Context, kubeconfig string) (discovery.EndpointSliceLister, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := clientset.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	lister := factory.Discovery().V1().EndpointSlices().Lister()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return lister, ctx.Err()
}

func (server *dnsServer) servePackets(packets net.PacketConn) {
	buffer := make([]byte, largestMessage)
	for {
		length, sender, err := packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		query := append([]byte(nil), buffer[:length]...)
		go func() {
			if reply := server.reply(query, "udp"); reply != nil {
				packets.WriteTo(reply, sender)
			}
		}()
	}
}

func (server *dnsServer) serveConnections(connections net.Listener) {
	for {
		connection, err := connections.Accept()
		if err != nil {
			return
		}
		go server.serveConnection(connection)
	}
}

func (server *dnsServer) serveConnection(connection net.Conn) {
	defer connection.Close()
	for {
		connection.SetDeadline(time.Now().Add(connectionTimeout))
		query, err := readMessage(connection)
		if err != nil {
			return
		}
		reply := server.reply(query, "tcp")
		if reply == nil || writeMessage(connection, reply) != nil {
			return
		}
	}
}

// forward sends the query as it is to the server of the machine.
func (server *dnsServer) forward(query []byte, network string) ([]byte, error) {
	connection, err := net.DialTimeout(network, server.upstream, connectionTimeout)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(connectionTimeout))
	if network == "tcp" {
		if err := writeMessage(connection, query); err != nil {
			return nil, err
		}
		return readMessage(connection)
	}
	if _, err := connection.Write(query); err != nil {
		return nil, err
	}
	buffer := make([]byte, largestMessage)
	length, err := connection.Read(buffer)
	return buffer[:length], err
}

// Over TCP a message follows its length (RFC 1035, 4.2.2).
func readMessage(connection io.Reader) ([]byte, error) {
	var length uint16
	if err := binary.Read(connection, binary.BigEndian, &length); err != nil {
		return nil, err
	}
	message := make([]byte, length)
	_, err := io.ReadFull(connection, message)
	return message, err
}

func writeMessage(connection io.Writer, message []byte) error {
	prefixed := binary.BigEndian.AppendUint16(nil, uint16(len(message)))
	_, err := connection.Write(append(prefixed, message...))
	return err
}
