/**
 * The networks that a cluster is on: by name one, or several where it is peered with some that are not with each other;
 * null: none.
 */
export type Networks = string | readonly string[] | null

export const networksOf = (networks: Networks): readonly string[] =>
  networks === null ? NONE : typeof networks === 'string' ? [networks] : networks

const NONE: readonly string[] = []

/** Whether two clusters reach each other: iff they share a network, whatever a third one is on. */
export const shareNetwork = (these: Networks, those: Networks): boolean =>
  these !== null && those !== null && sharedNetwork(these, those) !== undefined

/** The first that both are on. */
export function sharedNetwork(these: Networks, those: Networks): string | undefined {
  if (typeof these === 'string' && typeof those === 'string') return these === those ? these : undefined
  const others = networksOf(those)
  return networksOf(these).find((one) => others.includes(one))
}

/** `network vpc-a`, `networks vpc-a, vpc-hub`, `no network`. */
export function printNetworks(networks: Networks): string {
  if (networks === null) return 'no network'
  return typeof networks === 'string' ? `network ${networks}` : `networks ${networks.join(', ')}`
}
