{{/* The release's name; with the chart's where that would not tell what it is. */}}
{{- define "meridian.name" -}}
{{- $chart := default .Chart.Name .Values.nameOverride -}}
{{- $name := contains $chart .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $chart) -}}
{{- default $name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* The roles of what writes, and its Lease. */}}
{{- define "meridian.controller" -}}
{{- include "meridian.name" . }}-controller
{{- end }}

{{- define "meridian.serviceAccount" -}}
{{- default (include "meridian.name" .) .Values.serviceAccount.name -}}
{{- end }}

{{- define "meridian.priorityClass" -}}
{{- if .Values.priorityClass.name }}{{ .Values.priorityClass.name }}
{{- else if .Values.priorityClass.create }}{{ .Release.Namespace }}-{{ include "meridian.name" . }}
{{- end }}
{{- end }}

{{- define "meridian.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* What a pod of the servers is known by. */}}
{{- define "meridian.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: server
{{- end }}

{{- define "meridian.labels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/part-of: meridian
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Empty where no Service has it. Before 1.34 the near come first by one older name, and the node's own are not told apart. */}}
{{- define "meridian.trafficDistribution" -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- if and .Values.service.trafficDistribution (semverCompare ">=1.31-0" $version) -}}
{{ semverCompare "<1.34-0" $version | ternary "PreferClose" .Values.service.trafficDistribution }}
{{- end -}}
{{- end }}

{{- define "meridian.metadata" -}}
name: {{ include "meridian.name" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "meridian.labels" . | nindent 2 }}
{{- end }}

{{/* The Service's address where it is fixed, else its name. */}}
{{- define "meridian.server" -}}
{{- default (printf "%s.%s.svc" (include "meridian.name" .) .Release.Namespace) .Values.service.clusterIP -}}
{{- end }}
