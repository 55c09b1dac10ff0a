{{/* Where pods may run, and apart from each other. Takes (dict "root" $ "zone" "" or a zone's name). */}}
{{- define "meridian.placement" -}}
{{- $zone := .zone -}}
{{- $root := .root -}}
{{- with .root.Values -}}
{{- if or .topologySpreadConstraints (not .daemonSet) }}
topologySpreadConstraints:
  {{- if .topologySpreadConstraints }}
  {{- include "meridian.texts" .topologySpreadConstraints | fromJsonArray | toYaml | nindent 2 }}
  {{- else }}
  {{- range ($zone | empty | ternary (list "topology.kubernetes.io/zone" "kubernetes.io/hostname") (list "kubernetes.io/hostname")) }}
  - topologyKey: {{ . }}
    maxSkew: 1
    # Two replicas on one node are better than one that waits for another node.
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "meridian.selector" $root | nindent 8 }}
        {{- if $zone }}
        meridian-dns.io/zone: {{ $zone | quote }}
        {{- end }}
    {{- if semverCompare ">=1.27-0" $root.Capabilities.KubeVersion.Version }}
    matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
  {{- end }}
{{- end }}
{{- with include "meridian.affinity" (dict "root" $root "zone" $zone) }}
affinity:
  {{- . | nindent 2 }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- include "meridian.texts" . | fromJsonArray | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* The values' affinity, each of whose node terms must also be met in the zone. */}}
{{- define "meridian.affinity" -}}
{{- $affinity := deepCopy .root.Values.affinity -}}
{{- if .zone -}}
{{- $inZone := dict "key" "topology.kubernetes.io/zone" "operator" "In" "values" (list .zone) -}}
{{- $node := default dict $affinity.nodeAffinity -}}
{{- $wanted := dig "requiredDuringSchedulingIgnoredDuringExecution" "nodeSelectorTerms" (list dict) $node -}}
{{- $terms := list -}}
{{- range $wanted -}}
{{- $terms = append $terms (merge (dict "matchExpressions" (append (default list .matchExpressions) $inZone)) .) -}}
{{- end -}}
{{- $node = set $node "requiredDuringSchedulingIgnoredDuringExecution" (dict "nodeSelectorTerms" $terms) -}}
{{- $affinity = set $affinity "nodeAffinity" $node -}}
{{- end -}}
{{- with $affinity }}{{ include "meridian.texts" . | fromJson | toYaml }}{{ end -}}
{{- end }}
