{{/* meridian.yaml: the values' config with what the chart knows better filled in. As JSON, for fromJson. */}}
{{- define "meridian.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $config = set $config "clusters" (include "meridian.clusters" . | fromJsonArray) -}}
{{- $config = set $config "registries" (include "meridian.registries" . | fromJsonArray) -}}
{{- $dns := dict "listen" (list "0.0.0.0:1053" "[::]:1053") -}}
{{- with .Values.service.clusterIP -}}
{{- if and (ne . "None") (not (hasKey (default dict $config.dns) "advertise")) -}}{{- $dns = set $dns "advertise" (list .) -}}{{- end -}}
{{- end -}}
{{- $config = set $config "dns" (merge dict (default dict $config.dns) $dns) -}}
{{- /* Both families: whichever a pod has first, the kubelet and Prometheus ask there. */ -}}
{{- $admin := dict "listen" "[::]:9153" -}}
{{- $config = set $config "admin" (merge dict (default dict $config.admin) $admin) -}}
{{- $health := dict "listen" "[::]:8081" -}}
{{- $config = set $config "health" (merge dict (default dict $config.health) $health) -}}
{{- if .Values.controller.enabled -}}
{{- $lease := dict "namespace" .Release.Namespace "name" (include "meridian.controller" .) -}}
{{- $controller := default dict $config.controller -}}
{{- $config = set $config "controller" (merge (dict "enabled" true "lease" (merge dict (default dict $controller.lease) $lease)) $controller) -}}
{{- end -}}
{{- $config = set $config "state" (dict "dir" "/var/lib/meridian") -}}
{{- toJson $config -}}
{{- end }}

{{/* config.clusters, with this one, its source and its locality. */}}
{{- define "meridian.clusters" -}}
{{- $here := required "local.cluster is not set: say what this cluster is called: --set local.cluster=cluster-east" .Values.local.cluster -}}
{{- $own := dict "source" (dict "inCluster" true) -}}
{{- with .Values.rbac.namespaces -}}{{- $own = set $own "namespaces" . -}}{{- end -}}
{{- $readsOwn := or .Values.rbac.clusterWide .Values.rbac.namespaces -}}
{{- $clusters := list -}}
{{- $known := not $readsOwn -}}
{{- range $i, $cluster := .Values.config.clusters -}}
{{- if eq $cluster.id $here -}}
{{- $known = true -}}
{{- if and $readsOwn (or (not $cluster.source) $cluster.source.inCluster) -}}{{- $cluster = merge dict $cluster $own -}}{{- end -}}
{{- end -}}
{{- if not $cluster.source -}}
{{- fail (printf "config.clusters[%d] (%s) has no source: only the cluster of local.cluster (%s) is read through the service account, and only with rbac.clusterWide or rbac.namespaces. Give it a source.kubeconfig, or leave it out and make a Secret for it" $i $cluster.id $here) -}}
{{- end -}}
{{- if and $cluster.source.inCluster (not $readsOwn) -}}
{{- fail (printf "config.clusters[%d] (%s) has source.inCluster, but the service account may read nothing: rbac.clusterWide is false. Name rbac.namespaces, or make a Secret for it, with a kubeconfig" $i $cluster.id) -}}
{{- end -}}
{{- if and $.Values.local.locality (eq $cluster.id $here) (not $cluster.locality) -}}{{- $cluster = merge (dict "locality" $.Values.local.locality) $cluster -}}{{- end -}}
{{- $clusters = append $clusters $cluster -}}
{{- end -}}
{{- if not $known -}}
{{- $this := merge (dict "id" $here) $own -}}
{{- with .Values.local.locality -}}{{- $this = set $this "locality" . -}}{{- end -}}
{{- $clusters = prepend $clusters $this -}}
{{- end -}}
{{- toJson $clusters -}}
{{- end }}

{{/* What is asked for of this cluster besides what is read of all: words of meridian.kinds. Gives JSON. */}}
{{- define "meridian.asked" -}}
{{- $asked := list -}}
{{- range .Values.config.clusters -}}
{{- if eq .id $.Values.local.cluster -}}
{{- $asked = dig "exports" "groups" list . -}}
{{- if or (dig "exports" "annotations" "" .) (dig "exports" "namespaces" "selector" "" .) -}}{{- $asked = append $asked "namespaces" -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- range .Values.config.registries -}}
{{- if and (hasKey . "kubefed") (not .kubeconfig) -}}{{- $asked = append $asked "kubefed" -}}{{- end -}}
{{- if and (hasKey . "karmada") (not .kubeconfig) -}}
{{- $asked = append $asked "karmada" -}}
{{- if dig "weights" false (default dict .karmada) -}}{{- $asked = append $asked "karmada weights" -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if dig "zones" "federations" dict .Values.config -}}{{- $asked = append $asked "namespaces" -}}{{- end -}}
{{- with (default dict .Values.config.istio).cluster -}}
{{- if eq . $.Values.local.cluster -}}{{- $asked = append $asked "networking.istio.io" -}}{{- end -}}
{{- end -}}
{{- toJson (uniq $asked) -}}
{{- end }}

{{/* config.registries, those of Secrets each with its namespace. */}}
{{- define "meridian.registries" -}}
{{- $registries := list -}}
{{- range .Values.config.registries -}}
{{- if or .secrets (not (omit . "secrets" "kubeconfig" "inCluster")) -}}
{{- $secrets := merge dict (default dict .secrets) (dict "namespace" $.Release.Namespace) -}}
{{- $registries = append $registries (merge (dict "secrets" $secrets) .) -}}
{{- else -}}
{{- $registries = append $registries . -}}
{{- end -}}
{{- end -}}
{{- toJson $registries -}}
{{- end }}

{{/* What is read at start only: a change of it, and of nothing else, must replace the pods. */}}
{{- define "meridian.fixedConfig" -}}
{{- $config := include "meridian.config" . | fromJson -}}
{{- $dns := pick $config.dns "listen" "tcp" "udpSize" "udp" "workers" "upstreams" -}}
{{- dict "dns" $dns "admin" $config.admin "health" $config.health "registries" $config.registries "execs" $config.execs | toJson | sha256sum -}}
{{- end }}
