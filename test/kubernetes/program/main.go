// A Kubernetes of one node in one program: `kubernetes PART [FLAGS]`.
package main

import (
	"context"
	"fmt"
	"os"
	_ "time/tzdata"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// The parts of Kubernetes. One is constructed only when it is asked for, because two of them register metrics and
// flags of the same names.
var kubernetesParts = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

// The parts that are written here.
var ownParts = map[string]func(args []string) error{
	"etcd": serveEtcd,
	"dns":  serveDNS,
	"pki":  writePKI,
}

func main() {
	if len(os.Args) < 2 {
		fail("no part is named")
	}
	part := os.Args[1]
	if run, found := ownParts[part]; found {
		if err := run(os.Args[2:]); err != nil {
			fail(fmt.Sprintf("%s: %v", part, err))
		}
		return
	}
	command, found := kubernetesParts[part]
	if !found {
		fail(fmt.Sprintf("no part is named %q", part))
	}
	os.Args = os.Args[1:]
	os.Exit(cli.Run(command()))
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "kubernetes:", message)
	os.Exit(1)
}
