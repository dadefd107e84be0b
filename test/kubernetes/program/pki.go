package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"net"
	"path/filepath"
)

// clients are the certificates that parts and people log in with, by the names of their files.
func clients(node string) map[string]pkix.Name {
	return map[string]pkix.Name{
		"admin":                   {CommonName: "admin", Organization: []string{"system:masters"}},
		"apiserver-to-kubelet":    {CommonName: "apiserver-to-kubelet", Organization: []string{"system:masters"}},
		"kube-controller-manager": {CommonName: "system:kube-controller-manager"},
		"kube-scheduler":          {CommonName: "system:kube-scheduler"},
		"kubelet":                 {CommonName: "system:node:" + node, Organization: []string{"system:nodes"}},
	}
}

// writePKI writes the authority, all certificates, a kubeconfig for each client, and the key of service accounts.
func writePKI(args []string) error {
	flags := flag.NewFlagSet("pki", flag.ExitOnError)
	dir := flags.String("dir", "", "folder of the files")
	server := flags.String("server", "", "address of the API server")
	node := flags.String("node", "", "name of the node")
	flags.Parse(args)

	ca, err := newAuthority()
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(*dir, "ca.crt"), ca.encoded); err != nil {
		return err
	}
	for name, subject := range servers(*node) {
		if _, err := ca.issue(*dir, name, subject, x509.ExtKeyUsageServerAuth); err != nil {
			return err
		}
	}
	for name, subject := range clients(*node) {
		pair, err := ca.issue(*dir, name, &x509.Certificate{Subject: subject}, x509.ExtKeyUsageClientAuth)
		if err != nil {
			return err
		}
		if err := writeKubeconfig(filepath.Join(*dir, name+".kubeconfig"), *server, ca.encoded, pair); err != nil {
			return err
		}
	}
	return writeServiceAccountKey(*dir)
}

func servers(node string) map[string]*x509.Certificate {
	return map[string]*x509.Certificate{
		"apiserver": {
			Subject:     pkix.Name{CommonName: "kube-apiserver"},
			DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		},
		"kubelet-server": {
			Subject:  pkix.Name{CommonName: node},
			DNSNames: []string{node},
		},
	}
}
