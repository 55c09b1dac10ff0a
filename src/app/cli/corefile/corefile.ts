import type { Config } from '../../config/index.ts'
import { usageFailure } from '../failure.ts'
import { broughtNotes, zonesKept } from './brought.ts'
import { coreDNS, eks, nodeLocal } from './coredns.ts'
import { aks, k3s } from './custom.ts'
import { replacementOf } from './federation.ts'
import { gke, kubeDNS } from './kube-dns.ts'
import { openShift } from './openshift.ts'
import { type CorefileOptions, type CorefileTarget, parseCorefileOptions, parseTarget } from './options.ts'
import { neighbourNotes, type Platform } from './platform.ts'
import { takenNotes } from './taken.ts'
import { parseWritten, textAt, type WrittenObject } from './written.ts'
import { type Forwarding, forwardingOf, type Known, NOTHING_KNOWN } from './zones.ts'

export { type CorefileOptions, TARGETS } from './options.ts'

const PLATFORMS: Readonly<Record<CorefileTarget, Platform>> = {
  coredns: coreDNS,
  eks,
  aks,
  gke,
  k3s,
  openshift: openShift,
  nodelocal: nodeLocal,
  'kube-dns': kubeDNS,
}

/**
 * What makes a cluster's DNS forward Meridian's zones here, as that DNS server reads it; how to apply it and how to
 * try it stand in comments. Nothing is applied. Throws a Failure that names the option that is wrong.
 */
export function corefileText(
  config: Config,
  options: CorefileOptions = {},
  known: Known = NOTHING_KNOWN,
): string {
  const forwarding = forwardingOf(config, parseCorefileOptions(options, config), known)
  return PLATFORMS[forwarding.target].print(forwarding)
}

/**
 * The object with what makes its DNS server forward here, in place of what an earlier run put there; all else is as
 * it was, and zones of clusters of registries stay while not all of those are known. Throws a Failure for an object of
 * another kind, and where others have put the same zones.
 */
export function patched(
  input: string,
  config: Config,
  options: CorefileOptions = {},
  known: Known = NOTHING_KNOWN,
): Patched {
  const { brought, taken } = known
  const choice = parseCorefileOptions(options, config)
  const { target } = complete(forwardingOf(config, choice, known))
  const platform = PLATFORMS[target]
  const { mark, text } = marked(input)
  const object = parseWritten(text, platform.wanted)
  const isWhole = (brought?.unknown ?? []).length === 0
  const kept = isWhole ? [] : zonesKept(object.text, platform.remove(object).text, config)
  const forwarding = forwardingOf(config, choice, known, kept)
  const replacement = replacementOf(platform.blocks?.(object) ?? [], config, forwarding.to)
  return {
    text: mark + printed(platform.add(object, forwarding), target, options),
    notes: [
      ...(isWhole ? [] : broughtNotes(brought, config, kept)),
      ...(taken.refused.size > 0 || taken.unknown !== null ? takenNotes(taken, config) : []),
      ...neighbourNotes(forwarding, platform.others(object)),
      ...(replacement === undefined ? [] : [`${replacement.finding}. ${replacement.text}`]),
    ],
  }
}

/** What is told beside it: sentences for the person who applies it. */
export interface Patched {
  readonly text: string
  readonly notes: readonly string[]
}

export const patchedText = (input: string, config: Config, options: CorefileOptions = {}): string =>
  patched(input, config, options).text

/** The object without it, as it was before. */
export function unpatchedText(input: string, options: CorefileOptions = {}): string {
  const target = parseTarget(options)
  const platform = PLATFORMS[target]
  const { mark, text } = marked(input)
  return mark + printed(platform.remove(parseWritten(text, platform.wanted)), target, options)
}

/** A byte order mark says nothing, and stays all the same. */
function marked(input: string): { readonly mark: string; readonly text: string } {
  const mark = input.startsWith('\ufeff') ? '\ufeff' : ''
  return { mark, text: input.slice(mark.length) }
}

/** What is applied must be whole; a placeholder is for people. */
function complete(forwarding: Forwarding): Forwarding {
  if (forwarding.upstreams.length === 0)
    throw usageFailure(
      '--patch: nobody said where Meridian is',
      'write it into dns.advertise, or say --address IP',
    )
  if (forwarding.zones.length > 0) return forwarding
  throw usageFailure(
    '--patch: no zone is left to forward',
    'every zone holds local.clusterDomain: see zones in meridian.yaml',
  )
}

/** Configuration values of the managed add-on hold the Corefile itself. */
function printed(object: WrittenObject, target: CorefileTarget, { values }: CorefileOptions): string {
  if (values !== true) return object.text
  if (target !== 'eks')
    throw usageFailure(
      `--values: ${target} has no configuration values`,
      'say it with --for eks, or leave it out',
    )
  return `${JSON.stringify({ corefile: textAt(object, ['data', 'Corefile']) }, null, 2)}\n`
}
