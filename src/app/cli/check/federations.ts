import { federationZones } from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Whether a federation's names are the server's own cluster's already, by a namespace that is called so. */
export const checkFederations = ({ world }: Offline): readonly CheckResult[] => {
  const { settings, refused, clusterset } = world
  const own = clusterset.local.cluster
  return federationZones(settings)
    .filter(({ federation }) => refused.has(federation))
    .map(({ federation, name }) => ({
      level: 'broken',
      kind: 'federation',
      cluster: null,
      subject: `zones.federations.${federation}`,
      finding: `${own} has a namespace ${federation}, whose Services are called <service>.${name}: the federation is refused, and where the cluster's DNS forwards ${name} here they are not found`,
      remedy: `take ${federation} out of zones.federations and ${name} out of the block that \`meridian corefile\` printed; or move what is in the Namespace, and delete it`,
    }))
}
