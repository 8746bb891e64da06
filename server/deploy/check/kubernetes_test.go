package check

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"
)

// cluster is all objects of the example.
type cluster struct {
	configs     map[string]*corev1.ConfigMap
	accounts    map[string]*corev1.ServiceAccount
	deployments map[string]*appsv1.Deployment
	services    map[string]*corev1.Service
	scalers     map[string]*autoscalingv2.HorizontalPodAutoscaler
	budgets     map[string]*policyv1.PodDisruptionBudget
	policies    map[string]*networkingv1.NetworkPolicy
}

func kubernetes(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{
		map[string]*corev1.ConfigMap{},
		map[string]*corev1.ServiceAccount{},
		map[string]*appsv1.Deployment{},
		map[string]*corev1.Service{},
		map[string]*autoscalingv2.HorizontalPodAutoscaler{},
		map[string]*policyv1.PodDisruptionBudget{},
		map[string]*networkingv1.NetworkPolicy{},
	}
	for _, file := range []string{"../kubernetes/hexmcp.yaml", "../kubernetes/redis.yaml"} {
		all, err := os.ReadFile(file)
		require.NoError(t, err)
		for document := range strings.SplitSeq(string(all), "\n---\n") {
			require.NoError(t, c.add([]byte(document)), file)
		}
	}
	return c
}

// add decodes an object strictly: what its type does not have is an error.
func (c *cluster) add(document []byte) error {
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return err
	}
	switch kind.APIVersion + " " + kind.Kind {
	case "v1 ConfigMap":
		return put(c.configs, document, new(corev1.ConfigMap))
	case "v1 ServiceAccount":
		return put(c.accounts, document, new(corev1.ServiceAccount))
	case "apps/v1 Deployment":
		return put(c.deployments, document, new(appsv1.Deployment))
	case "v1 Service":
		return put(c.services, document, new(corev1.Service))
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return put(c.scalers, document, new(autoscalingv2.HorizontalPodAutoscaler))
	case "policy/v1 PodDisruptionBudget":
		return put(c.budgets, document, new(policyv1.PodDisruptionBudget))
	case "networking.k8s.io/v1 NetworkPolicy":
		return put(c.policies, document, new(networkingv1.NetworkPolicy))
	}
	return fmt.Errorf("there is no %s %s here", kind.APIVersion, kind.Kind)
}

func put[T interface{ GetName() string }](all map[string]T, document []byte, object T) error {
	err := yaml.UnmarshalStrict(document, object)
	all[object.GetName()] = object
	return err
}

// ofKubernetes is how the example starts a replica.
func ofKubernetes(t *testing.T) replica {
	t.Helper()
	c := kubernetes(t)
	pod := c.deployments["hexmcp"].Spec.Template.Spec
	one := pod.Containers[0]
	return replica{
		image: one.Image, args: one.Args, env: maps.Clone(c.configs[one.EnvFrom[0].ConfigMapRef.Name].Data), secrets: one.VolumeMounts[0].MountPath,
		memory: one.Resources.Limits.Memory().Value(), grace: time.Duration(*pod.TerminationGracePeriodSeconds) * time.Second,
	}
}

func TestWhatKubernetesDoesNotKnowIsRefused(t *testing.T) {
	c := kubernetes(t)
	for _, wrong := range []string{
		"apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {prots: []}", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: 1}",
		"apiVersion: v2\nkind: Service", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b, a: c}",
	} {
		assert.Error(t, c.add([]byte(wrong)), wrong)
	}
}

func TestContainersMayDoLittle(t *testing.T) {
	for name, d := range kubernetes(t).deployments {
		pod := d.Spec.Template.Spec
		assert.True(t, *pod.SecurityContext.RunAsNonRoot, name)
		assert.NotZero(t, *pod.SecurityContext.RunAsUser, name)
		assert.False(t, *pod.AutomountServiceAccountToken, name)
		assert.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type, name)
		for _, c := range pod.Containers {
			assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, name)
			assert.False(t, *c.SecurityContext.AllowPrivilegeEscalation, name)
			assert.Equal(t, []corev1.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop, name)
			assert.False(t, c.Resources.Limits.Memory().IsZero(), name)
			assert.False(t, c.Resources.Requests.Cpu().IsZero(), name)
		}
	}
}

func TestProbesAskWhereHexmcpAnswers(t *testing.T) {
	c := kubernetes(t)
	one := c.deployments["hexmcp"].Spec.Template.Spec.Containers[0]
	serving := strings.TrimPrefix(c.configs["hexmcp"].Data["HEXMCP_LISTEN"], "0.0.0.0:")
	for path, probe := range map[string]*corev1.Probe{"/healthz": one.LivenessProbe, "/readyz": one.ReadinessProbe} {
		assert.Equal(t, path, probe.HTTPGet.Path)
		assert.Equal(t, serving, portOf(one, probe.HTTPGet.Port))
	}
	assert.Equal(t, "/healthz", one.StartupProbe.HTTPGet.Path)
	about := c.deployments["hexmcp"].Spec.Template.Annotations
	assert.Equal(t, strings.TrimPrefix(c.configs["hexmcp"].Data["HEXMCP_METRICS_LISTEN"], "0.0.0.0:"), about["prometheus.io/port"])
	assert.Equal(t, about["prometheus.io/port"], portOf(one, intstr.FromString("metrics")))
}

// portOf is the port of a container that has that name or number; "" for none.
func portOf(c corev1.Container, port intstr.IntOrString) string {
	for _, p := range c.Ports {
		if number := strconv.Itoa(int(p.ContainerPort)); p.Name == port.StrVal || number == port.String() {
			return number
		}
	}
	return ""
}

func TestAllSpeakOfTheSamePods(t *testing.T) {
	c := kubernetes(t)
	pods := func(s map[string]string) []corev1.Container {
		for _, d := range c.deployments {
			if labels.SelectorFromSet(s).Matches(labels.Set(d.Spec.Template.Labels)) {
				return d.Spec.Template.Spec.Containers
			}
		}
		return nil
	}
	for name, d := range c.deployments {
		assert.NotEmpty(t, pods(d.Spec.Selector.MatchLabels), name)
		assert.Contains(t, c.policies, name, "which networks it speaks with")
	}
	for name, s := range c.services {
		require.NotEmpty(t, pods(s.Spec.Selector), name)
		for _, p := range s.Spec.Ports {
			assert.NotEmpty(t, portOf(pods(s.Spec.Selector)[0], p.TargetPort), name)
		}
	}
	for name, p := range c.policies {
		require.NotEmpty(t, pods(p.Spec.PodSelector.MatchLabels), name)
		for _, rule := range p.Spec.Ingress {
			for _, port := range rule.Ports {
				assert.NotEmpty(t, portOf(pods(p.Spec.PodSelector.MatchLabels)[0], *port.Port), name)
			}
		}
	}
	assert.NotEmpty(t, pods(c.budgets["hexmcp"].Spec.Selector.MatchLabels))
	assert.Contains(t, c.accounts, c.deployments["hexmcp"].Spec.Template.Spec.ServiceAccountName)
	scaler := c.scalers["hexmcp"].Spec
	assert.Equal(t, "hexmcp", scaler.ScaleTargetRef.Name)
	assert.Nil(t, c.deployments["hexmcp"].Spec.Replicas, "the autoscaler says how many")
	assert.Equal(t, c.configs["hexmcp"].Data["HEXMCP_REPLICAS"], strconv.Itoa(int(scaler.MaxReplicas)), "what replicas may do alone adds up to the limit at the most")
	assert.Greater(t, int(*scaler.MinReplicas), c.budgets["hexmcp"].Spec.MaxUnavailable.IntValue())
}

// The secrets that the head of the example makes are those that the files name.
func TestSecretsAreThoseThatTheExampleMakes(t *testing.T) {
	head, err := os.ReadFile("../kubernetes/hexmcp.yaml")
	require.NoError(t, err)
	var made []string
	for _, m := range regexp.MustCompile(`--from-(?:literal|file)=([a-z.-]+)=`).FindAllSubmatch(head, -1) {
		made = append(made, string(m[1]))
	}
	c := kubernetes(t)
	var wanted []string
	for _, value := range c.configs["hexmcp"].Data {
		if key, ok := strings.CutPrefix(value, "/secrets/"); ok {
			wanted = append(wanted, key)
		}
	}
	for _, argument := range c.deployments["redis"].Spec.Template.Spec.Containers[0].Args {
		if key, ok := strings.CutPrefix(argument, "/secrets/"); ok {
			wanted = append(wanted, key)
		}
	}
	slices.Sort(made)
	slices.Sort(wanted)
	assert.Equal(t, wanted, made)
	for name, d := range c.deployments {
		assert.Equal(t, name, d.Spec.Template.Spec.Volumes[0].Secret.SecretName)
		assert.Contains(t, string(head), "create secret generic "+name+" ")
	}
}
