import { comment, digAt, type Forwarding } from './zones.ts'

/** The ConfigMap that kube-dns reads its stub domains from: a manifest to pipe into kubectl. */
export function printKubeDNS(forwarding: Forwarding): string {
  const { zones, to } = forwarding
  const entries = zones.map((zone) => `      ${JSON.stringify(zone)}: ${JSON.stringify(to)}`)
  return `${comment(introduction(forwarding))}
apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-dns
  namespace: kube-system
data:
  stubDomains: |
    {
${entries.join(',\n')}
    }
`
}

const introduction = (forwarding: Forwarding): readonly string[] => [
  'For kube-dns: the zones that Meridian answers, as stub domains. Each by name, never a parent of them.',
  ...forwarding.notes.map((note) => `Note: ${note}`),
  'Note: stubDomains is replaced as a whole. What is there already must be written in below:',
  "  kubectl -n kube-system get configmap kube-dns -o jsonpath='{.data.stubDomains}'",
  '',
  'Apply:',
  `  ${forwarding.command} | kubectl apply -f -`,
  'Try:',
  `  ${digAt(forwarding)} dns-version.${forwarding.zones[0] ?? ''} TXT +short   # Meridian itself: "1.0.0"`,
  `  dig dns-version.${forwarding.zones[0] ?? ''} TXT +short   # in a pod: the whole way`,
]
