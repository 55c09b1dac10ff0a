{{/* The zones that CoreDNS is to forward: those of the file's clusters. Takes meridian.config's, gives JSON. */}}
{{- define "meridian.zones" -}}
{{- $zones := default dict .zones -}}
{{- $names := list (dig "clusterset" "clusterset.local" $zones) -}}
{{- with hasKey $zones "global" | ternary $zones.global "global" -}}{{- $names = append $names . -}}{{- end -}}
{{- with hasKey $zones "cluster" | ternary $zones.cluster "{cluster}.local" -}}
{{- $template := . -}}
{{- range $.clusters -}}{{- $names = append $names (replace "{cluster}" .id $template) -}}{{- end -}}
{{- end -}}
{{- range dig "entries" list $zones -}}{{- $names = append $names (trimPrefix "*." .) -}}{{- end -}}
{{- $domain := dig "clusterDomain" "cluster.local" (default dict .local) -}}
{{- range $name, $_ := dig "federations" dict $zones -}}{{- $names = append $names (printf "%s.svc.%s" $name $domain) -}}{{- end -}}
{{- toJson $names -}}
{{- end }}

{{/* The server block for CoreDNS, with what each of its versions knows. Takes (dict "config" … "zones" … "to" …). */}}
{{- define "meridian.block" -}}
{{- $dns := .config.dns -}}
{{- range .zones }}{{ . }}:53 {{ end }}{
    errors
{{- if not (and (dig "clients" "trustClientSubnet" false .config) (or (dig "clients" "map" list .config) (dig "clients" "geo" dict .config))) }}
    cache {
        success 9984 {{ include "meridian.cacheBounds" (dig "ttl" 5 $dns) }}
        denial 9984 {{ include "meridian.cacheBounds" (dig "negativeTtl" 5 $dns) }}
    }
{{- end }}
    forward . {{ .to }}
}
{{- end }}

{{/* The longest and the shortest time to keep an answer of so many seconds. CoreDNS knows no maximum of 0. */}}
{{- define "meridian.cacheBounds" -}}
{{ max 1 (int .) }} {{ min 5 (int .) }}
{{- end }}
