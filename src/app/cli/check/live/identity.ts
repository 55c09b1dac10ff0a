import { z } from 'zod'
import type { ClusterId } from '../../../../words/clusterset/index.ts'
import { type Ask, type LiveResult, readReply } from './target.ts'

const NAMES = z.object({ versions: z.array(z.object({ version: z.string() })) })
const PROPERTY = z.object({ spec: z.object({ value: z.string() }) })

/** The About API's name for what a cluster is called in its clusterset (KEP-2149). */
const ID = 'cluster.clusterset.k8s.io'

/** Whether the cluster calls itself as the configuration does, where it says. */
export async function checkIdentity(ask: Ask, id: ClusterId): Promise<readonly LiveResult[]> {
  const [served] = readReply(await ask('/apis/about.k8s.io'), NAMES)?.versions ?? []
  if (served === undefined) return []
  const reply = await ask(`/apis/about.k8s.io/${served.version}/clusterproperties/${ID}`)
  const head = { kind: 'identity' } as const
  if (reply.status === 403)
    return [
      {
        ...head,
        level: 'advice',
        finding: `its ClusterProperty ${ID} may not be read, and so not be compared with this id`,
        remedy: `add to its ClusterRole the rule {apiGroups: ["about.k8s.io"], resources: ["clusterproperties"], resourceNames: ["${ID}"], verbs: ["get"]}`,
      },
    ]
  const value = readReply(reply, PROPERTY)?.spec.value
  if (value === undefined) return []
  if (value === id)
    return [{ ...head, level: 'ok', finding: `its ClusterProperty ${ID} is this id`, remedy: null }]
  return [
    {
      ...head,
      level: 'warning',
      finding: `its ClusterProperty ${ID} is ${value}: other software knows this cluster by that id`,
      remedy:
        'give it that id in clusters[].id; or, if this is another cluster than meant, correct its source',
    },
  ]
}
