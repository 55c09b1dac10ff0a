{{/* What no schema can tell: values that are right by themselves, but not together. */}}
{{- define "meridian.checks" -}}
{{- $config := .Values.config -}}
{{- $local := default dict $config.local -}}
{{- if or $local.cluster $local.locality -}}
{{- fail "config.local.cluster and config.local.locality belong beside config: say local.cluster and local.locality" -}}
{{- end -}}
{{- if dig "state" "dir" nil $config -}}
{{- fail "config.state.dir is the chart's: say state.volume for where it is kept" -}}
{{- end -}}
{{- range dig "dns" "listen" (list "0.0.0.0:1053") $config -}}
{{- if not (hasSuffix ":1053" .) -}}
{{- fail (printf "config.dns.listen: %s: the container's port is 1053, which the Service maps 53 to" .) -}}
{{- end -}}
{{- end -}}
{{- $admin := dig "admin" "listen" "[::]:9153" $config -}}
{{- if not (hasSuffix ":9153" $admin) -}}
{{- fail (printf "config.admin.listen: %s: the container's port is 9153, which monitors ask" $admin) -}}
{{- end -}}
{{- $health := toString (dig "health" "listen" "[::]:8081" $config) -}}
{{- if not (hasSuffix ":8081" $health) -}}
{{- fail (printf "config.health.listen: %s: the container's port is 8081, which probes ask" $health) -}}
{{- end -}}
{{- if hasKey (default dict $config.controller) "enabled" -}}
{{- fail "config.controller.enabled belongs beside config: say controller.enabled, which makes its roles too" -}}
{{- end -}}
{{- if and .Values.controller.enabled .Values.rbac.namespaces -}}
{{- fail "controller.enabled needs this cluster read whole: leave rbac.namespaces out, and say in config.controller.namespaces.allow where imports may stand" -}}
{{- end -}}
{{- range $kind := list "requests" "limits" -}}
{{- range $name, $amount := default dict (get (default dict $.Values.resources) $kind) -}}
{{- if and (ne $name "cpu") (regexMatch "^[0-9.]+m$" (toString $amount)) -}}
{{- fail (printf "resources.%s.%s: %s is thousandths of an octet: write it in mebibytes, such as 512Mi" $kind $name (toString $amount)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.zones (not .Values.local.locality) (semverCompare "<1.35.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail "zones needs local.locality before Kubernetes 1.35, which labels pods with their region: say the one that they are zones of, such as us-east-1" -}}
{{- end -}}
{{- if and .Values.zones .Values.daemonSet -}}
{{- fail "zones and daemonSet are two layouts: a DaemonSet runs in every zone, so leave zones empty" -}}
{{- end -}}
{{- if and .Values.rbac.namespaces .Values.rbac.check -}}
{{- fail "rbac.check asks for what is of no namespace, which only a ClusterRole allows: say rbac.check: false with rbac.namespaces" -}}
{{- end -}}
{{- range $i, $name := .Values.rbac.namespaces -}}
{{- if has $name (slice $.Values.rbac.namespaces 0 $i) -}}
{{- fail (printf "rbac.namespaces[%d]: %s is listed twice: keep one of the two" $i $name) -}}
{{- end -}}
{{- end -}}
{{- if and (not .Values.rbac.clusterWide) (not .Values.rbac.namespaces) (not $config.clusters) (not $config.registries) -}}
{{- fail "rbac.clusterWide: false leaves no cluster to read: name a registry (config.registries) or clusters with a source.kubeconfig" -}}
{{- end -}}
{{- if and .Values.priorityClass.name .Values.priorityClass.create -}}
{{- fail "priorityClass.name names one that is there: say priorityClass.create: false with it" -}}
{{- end -}}
{{- with .Values.networkPolicy -}}
{{- if and .enabled (eq .kind "NetworkPolicy") (not .apiServers.cidrs) -}}
{{- fail "networkPolicy.apiServers.cidrs is empty: Meridian would reach no API server. List them: kubectl get endpointslices kubernetes -o jsonpath='{.endpoints[*].addresses[*]}' in each cluster" -}}
{{- end -}}
{{- end -}}
{{- end }}
