{{/* A pod of the servers. Takes (dict "root" $ "zone" "" or a zone's name). */}}
{{- define "meridian.pod" -}}
{{- $zone := .zone -}}
{{- with .root -}}
metadata:
  labels:
    {{- include "meridian.selector" . | nindent 4 }}
    {{- if $zone }}
    meridian-dns.io/zone: {{ $zone | quote }}
    {{- end }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # Of the keys that are read at start only.
    meridian-dns.io/fixed-config: {{ include "meridian.fixedConfig" . | quote }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "meridian.serviceAccount" . | quote }}
  automountServiceAccountToken: true
  enableServiceLinks: false
  {{- with include "meridian.priorityClass" . }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  terminationGracePeriodSeconds: {{ add .Values.drainSeconds 20 }}
  securityContext:
    {{- include "meridian.podSecurity" . | nindent 4 }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.extraInitContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: meridian
      {{- include "meridian.container" (dict "root" . "zone" $zone) | nindent 6 }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "meridian.name" . | quote }}
    - name: state
      {{- toYaml (default (dict "emptyDir" dict) .Values.state.volume) | nindent 6 }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- include "meridian.placement" (dict "root" . "zone" $zone) | nindent 2 }}
{{- end }}
{{- end }}

{{/* Both halves of what the Pod Security level `restricted` asks for. */}}
{{- define "meridian.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "meridian.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
