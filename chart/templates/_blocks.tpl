{{/* CIDRs as a NetworkPolicy's peers. Gives JSON. */}}
{{- define "meridian.blocks" -}}
{{- $blocks := list -}}
{{- range . -}}{{- $blocks = append $blocks (dict "ipBlock" (dict "cidr" .)) -}}{{- end -}}
{{- toJson $blocks -}}
{{- end }}
