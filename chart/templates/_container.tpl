{{/* The server's container. Takes (dict "root" $ "zone" "" or a zone's name). */}}
{{- define "meridian.container" -}}
{{- $zone := .zone -}}
{{- with .root -}}
image: {{ include "meridian.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  - serve
  - --config
  - /etc/meridian/meridian.yaml
  - --drain
  - {{ .Values.drainSeconds }}s
env:
  - name: MERIDIAN_LOCAL_CLUSTER
    value: {{ .Values.local.cluster | quote }}
  {{- $labelled := and .Values.daemonSet (semverCompare ">=1.35.0-0" .Capabilities.KubeVersion.Version) }}
  {{- $said := default (include "meridian.ownLocality" .) .Values.local.locality }}
  {{- if and $labelled (not (contains "/" $said)) }}
  # Where the pod's node is (PodTopologyLabels, Kubernetes 1.35); empty where pods have no such label.
  {{- if not $said }}
  - name: TOPOLOGY_REGION
    valueFrom:
      fieldRef:
        fieldPath: metadata.labels['topology.kubernetes.io/region']
  {{- end }}
  - name: TOPOLOGY_ZONE
    valueFrom:
      fieldRef:
        fieldPath: metadata.labels['topology.kubernetes.io/zone']
  - name: MERIDIAN_LOCAL_LOCALITY
    value: {{ printf "%s/$(TOPOLOGY_ZONE)" (default "$(TOPOLOGY_REGION)" $said) | quote }}
  {{- else }}
  {{- with include "meridian.locality" (dict "root" . "zone" $zone) }}
  - name: MERIDIAN_LOCAL_LOCALITY
    value: {{ . | quote }}
  {{- else }}
  {{- if $zone }}
  # The region of the pod's node (PodTopologyLabels, Kubernetes 1.35), and the zone that this Deployment runs in.
  - name: TOPOLOGY_REGION
    valueFrom:
      fieldRef:
        fieldPath: metadata.labels['topology.kubernetes.io/region']
  - name: MERIDIAN_LOCAL_LOCALITY
    value: {{ printf "$(TOPOLOGY_REGION)/%s" $zone | quote }}
  {{- else if include "meridian.isUnplaced" . }}
  # The region of the pod's node (PodTopologyLabels, Kubernetes 1.35); empty where pods have no such label. Not the
  # zone: replicas in several zones would answer differently.
  - name: MERIDIAN_LOCAL_LOCALITY
    valueFrom:
      fieldRef:
        fieldPath: metadata.labels['topology.kubernetes.io/region']
  {{- end }}
  {{- end }}
  {{- end }}
  {{- if dig "limits" "memory" "" .Values.resources }}
  - name: NODE_OPTIONS
    value: --max-old-space-size-percentage={{ .Values.heapPercent }}
  {{- end }}
  {{- if .Values.state.perNode }}
  - name: NODE_NAME
    valueFrom:
      fieldRef:
        fieldPath: spec.nodeName
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- include "meridian.env" . | fromJsonArray | toYaml | nindent 2 }}
  {{- end }}
ports:
  - { name: dns-udp, containerPort: 1053, protocol: UDP }
  - { name: dns-tcp, containerPort: 1053, protocol: TCP }
  - { name: admin, containerPort: 9153, protocol: TCP }
  - { name: health, containerPort: 8081, protocol: TCP }
# Alive as soon as it listens; ready when every cluster has a view or startup.timeout is over.
startupProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 60
# Longer than a thread that stands still takes to be replaced.
livenessProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: health }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "meridian.containerSecurity" . | nindent 2 }}
volumeMounts:
  # The directory, not the file: a mount of the file alone never sees a change.
  - name: config
    mountPath: /etc/meridian
    readOnly: true
  - name: state
    mountPath: /var/lib/meridian
    {{- if .Values.state.perNode }}
    subPathExpr: $(NODE_NAME)
    {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Environment variables, whose values are text whatever was set: `--set` and YAML make numbers and truth values of it. Gives JSON. */}}
{{- define "meridian.env" -}}
{{- $env := list -}}
{{- range . -}}
{{- $one := deepCopy . -}}
{{- range $key := list "name" "value" -}}
{{- if hasKey $one $key -}}{{- $one = set $one $key (include "meridian.text" (get $one $key)) -}}{{- end -}}
{{- end -}}
{{- $env = append $env $one -}}
{{- end -}}
{{- toJson $env -}}
{{- end }}

{{/* A value as text. toString would make 1e+06 of a million. */}}
{{- define "meridian.text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else if not (kindIs "invalid" .) }}{{ toJson . }}{{ end -}}
{{- end }}

{{/* Where pods may run, as JSON: all that Kubernetes wants as text is text, however --set read it (true, 5). */}}
{{- define "meridian.texts" -}}
{{- if kindIs "map" . -}}
{{- $out := dict -}}
{{- range $name, $value := . -}}
{{- if has $name (list "tolerationSeconds" "weight" "maxSkew" "minDomains") -}}
{{- $out = set $out $name $value -}}
{{- else -}}
{{- $out = set $out $name (include "meridian.texts" $value | printf "[%s]" | fromJsonArray | first) -}}
{{- end -}}
{{- end -}}
{{- toJson $out -}}
{{- else if kindIs "slice" . -}}
{{- $out := list -}}
{{- range . -}}
{{- $out = append $out (include "meridian.texts" . | printf "[%s]" | fromJsonArray | first) -}}
{{- end -}}
{{- toJson $out -}}
{{- else if kindIs "invalid" . -}}
null
{{- else -}}
{{- include "meridian.text" . | toJson -}}
{{- end -}}
{{- end }}

{{/* Where the entry of this cluster in config.clusters says that it stands. Empty: it does not say. */}}
{{- define "meridian.ownLocality" -}}
{{- $locality := "" -}}
{{- range .Values.config.clusters -}}
{{- if and (eq .id $.Values.local.cluster) .locality -}}{{- $locality = .locality -}}{{- end -}}
{{- end -}}
{{- $locality -}}
{{- end }}

{{/* Not empty while nobody says where this cluster stands. */}}
{{- define "meridian.isUnplaced" -}}
{{- if not (include "meridian.ownLocality" .) }}true{{ end -}}
{{- end }}

{{/* Where a server stands: local.locality, or the zone in its region. Empty: nobody says. */}}
{{- define "meridian.locality" -}}
{{- $locality := .root.Values.local.locality -}}
{{- if and .zone $locality }}{{ splitList "/" $locality | first }}/{{ .zone }}{{ else }}{{ $locality }}{{ end -}}
{{- end }}
