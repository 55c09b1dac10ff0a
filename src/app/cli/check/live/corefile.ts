import { z } from 'zod'
import type { Config } from '../../../config/index.ts'
import { replacementIn } from '../../corefile/index.ts'
import { type Ask, type LiveResult, readReply } from './target.ts'

const CONFIG_MAP = z.object({ data: z.record(z.string(), z.string()) })

/** Whether the cluster's CoreDNS is told to use what it has no more; nothing where nobody shows its ConfigMap. */
export async function checkCorefile(ask: Ask, config: Config): Promise<readonly LiveResult[]> {
  const read = await ask('/api/v1/namespaces/kube-system/configmaps/coredns').catch(() => undefined)
  const data = read && readReply(read, CONFIG_MAP)?.data
  const corefile = data?.['Corefile']
  const found = corefile === undefined ? undefined : replacementIn(corefile, config)
  return found === undefined
    ? []
    : [{ level: 'broken', kind: 'forwarding', finding: found.finding, remedy: found.remedy }]
}
