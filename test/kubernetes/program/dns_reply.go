package main

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const (
	clusterDomain  = ".cluster.local."
	serviceDomain  = ".svc" + clusterDomain
	secondsOfReply = 1
	largestPacket  = 512
)

// reply is nil for what is no query.
func (server *dnsServer) reply(query []byte, network string) []byte {
	var message dnsmessage.Message
	if message.Unpack(query) != nil || message.Response || len(message.Questions) != 1 {
		return nil
	}
	question := message.Questions[0]
	name := strings.ToLower(question.Name.String())
	if strings.HasSuffix(name, clusterDomain) {
		return pack(server.answer(message, name), network)
	}
	if server.upstream != "" {
		if reply, err := server.forward(query, network); err == nil {
			return reply
		}
	}
	return pack(response(message, dnsmessage.RCodeServerFailure), network)
}

func (server *dnsServer) answer(query dnsmessage.Message, name string) dnsmessage.Message {
	addresses := server.addressesOf(name)
	if len(addresses) == 0 {
		return response(query, dnsmessage.RCodeNameError)
	}
	reply := response(query, dnsmessage.RCodeSuccess)
	if reply.Questions[0].Type != dnsmessage.TypeA {
		return reply
	}
	for _, address := range addresses {
		header := dnsmessage.ResourceHeader{
			Name: reply.Questions[0].Name, Class: dnsmessage.ClassINET, TTL: secondsOfReply,
		}
		body := &dnsmessage.AResource{A: address.As4()}
		reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: header, Body: body})
	}
	return reply
}

// addressesOf reads `[HOSTNAME.]SERVICE.NAMESPACE.svc.cluster.local.`
func (server *dnsServer) addressesOf(name string) []netip.Addr {
	path, found := strings.CutSuffix(name, serviceDomain)
	parts := strings.Split(path, ".")
	if !found || len(parts) < 2 || len(parts) > 3 {
		return nil
	}
	namespace, service := parts[len(parts)-1], parts[len(parts)-2]
	hostname := strings.Join(parts[:len(parts)-2], ".")
	selector := labels.Set{discovery.LabelServiceName: service, core.IsHeadlessService: ""}.AsSelector()
	inNamespace, err := server.slices.EndpointSlices(namespace).List(selector)
	if err != nil {
		return nil
	}
	var addresses []netip.Addr
	for _, slice := range inNamespace {
		addresses = append(addresses, addressesIn(slice, hostname)...)
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	return slices.Compact(addresses)
}

func addressesIn(slice *discovery.EndpointSlice, hostname string) []netip.Addr {
	var addresses []netip.Addr
	for _, endpoint := range slice.Endpoints {
		isReady := endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready
		isAsked := hostname == "" || endpoint.Hostname != nil && *endpoint.Hostname == hostname
		if !isReady || !isAsked {
			continue
		}
		for _, text := range endpoint.Addresses {
			if address, err := netip.ParseAddr(text); err == nil && address.Is4() {
				addresses = append(addresses, address)
			}
		}
	}
	return addresses
}

func response(query dnsmessage.Message, code dnsmessage.RCode) dnsmessage.Message {
	return dnsmessage.Message{
		Header: dnsmessage.Header{
			ID:                 query.ID,
			Response:           true,
			Authoritative:      true,
			RecursionDesired:   query.RecursionDesired,
			RecursionAvailable: true,
			RCode:              code,
		},
		Questions: query.Questions,
	}
}

// pack tells a client of UDP to come again by TCP when the reply is too long for it (RFC 1035, 4.2.1).
func pack(reply dnsmessage.Message, network string) []byte {
	packed, err := reply.Pack()
	if err == nil && network == "udp" && len(packed) > largestPacket {
		reply.Answers, reply.Truncated = nil, true
		packed, err = reply.Pack()
	}
	if err != nil {
		return nil
	}
	return packed
}
