import type { ServiceKey } from '../../words/kube/index.ts'
import type { IstioRules } from './rules.ts'

interface Speaker {
  readonly namespace: string
  readonly exportTo: readonly string[]
}

/** Why an object may not speak for a service; undefined: it may. */
export function silenced(
  { namespace, exportTo }: Speaker,
  key: ServiceKey,
  rules: IstioRules,
): string | undefined {
  if (!speaksFor(namespace, key, rules))
    return `an object of namespace ${namespace} speaks for services of that namespace alone, unless istio.trustedNamespaces lists it`
  if (exportTo.length > 0 && !exportTo.includes('*'))
    return 'exportTo keeps it from clients of other namespaces, and a name server does not see of which namespace a client is'
  return undefined
}

/** Whether one of a namespace may speak for a service. */
export const speaksFor = (
  namespace: string,
  key: ServiceKey,
  { rootNamespace, trustedNamespaces }: IstioRules,
): boolean =>
  key.startsWith(`${namespace}/`) || namespace === rootNamespace || trustedNamespaces.includes(namespace)
