{{/* What may be read: the kinds of src/words/kube/kinds.ts, each with the word that asks for it. Written by `npm run generate`. Gives JSON. */}}
{{- define "meridian.kinds" -}}
[{"askedBy":null,"namespaced":true,"rule":{"apiGroups":[""],"verbs":["list","watch"],"resources":["services"]}},
 {"askedBy":null,"namespaced":true,"rule":{"apiGroups":["discovery.k8s.io"],"verbs":["list","watch"],"resources":["endpointslices"]}},
 {"askedBy":null,"namespaced":true,"rule":{"apiGroups":["multicluster.x-k8s.io"],"verbs":["list","watch"],"resources":["serviceexports","serviceimports"]}},
 {"askedBy":"net.gke.io","namespaced":true,"rule":{"apiGroups":["net.gke.io"],"verbs":["list","watch"],"resources":["serviceexports"]}},
 {"askedBy":"namespaces","namespaced":false,"rule":{"apiGroups":[""],"verbs":["list","watch"],"resources":["namespaces"]}},
 {"askedBy":"networking.istio.io","namespaced":true,"rule":{"apiGroups":["networking.istio.io"],"verbs":["list","watch"],"resources":["destinationrules","virtualservices","serviceentries","workloadentries"]}},
 {"askedBy":"clusterProfiles","namespaced":false,"rule":{"apiGroups":["multicluster.x-k8s.io"],"verbs":["list","watch"],"resources":["clusterprofiles"]}},
 {"askedBy":"kubefed","namespaced":false,"rule":{"apiGroups":["core.kubefed.io"],"verbs":["list","watch"],"resources":["kubefedclusters","kubefedconfigs"]}},
 {"askedBy":"kubefed","namespaced":false,"rule":{"apiGroups":["types.kubefed.io"],"verbs":["list","watch"],"resources":["federatedservices","federatednamespaces"]}},
 {"askedBy":"karmada","namespaced":false,"rule":{"apiGroups":["cluster.karmada.io"],"verbs":["list","watch"],"resources":["clusters"]}},
 {"askedBy":"karmada","namespaced":false,"rule":{"apiGroups":["networking.karmada.io"],"verbs":["list","watch"],"resources":["multiclusterservices"]}},
 {"askedBy":"karmada weights","namespaced":false,"rule":{"apiGroups":["work.karmada.io"],"verbs":["list","watch"],"resources":["resourcebindings"]}}]
{{- end }}
