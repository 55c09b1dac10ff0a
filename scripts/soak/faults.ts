import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf, type Random } from './chance.ts'
import { configuration, MISCONFIGURATION, type Settings } from './configuration.ts'
import type { Member } from './scene.ts'
import type { ImageServer } from './server.ts'

export interface Chaos {
  readonly server: ImageServer
  readonly random: Random
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const BETWEEN_FAULTS_MS = [8_000, 25_000] as const
const BETWEEN_NUISANCES_MS = [10_000, 40_000] as const

/** Longer than every deadline of a watch, and far from `clusterStates.downAfter`. */
const LONG_FREEZE_MS = [95_000, 110_000] as const
const LONG_FREEZES = 0.05

const TOKEN_SECONDS = 300
/** Sooner than tokens end, with room for a fault in between. */
const ROTATE_MS = [60_000, 120_000] as const

type Fault = (member: Member, random: Random) => Promise<void>

/** Each leaves the API server as it found it. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'kill -9': async ({ cluster }, random) => {
    await cluster.kill()
    await pause(between(random, 0, 15_000))
    await cluster.restart()
  },
  'stop and start': async ({ cluster }, random) => {
    await cluster.stop()
    await pause(between(random, 0, 3_000))
    await cluster.restart()
  },
  freeze: async ({ cluster }, random) => {
    const long = random() < LONG_FREEZES
    cluster.freeze()
    await pause(long ? between(random, ...LONG_FREEZE_MS) : between(random, 500, 25_000))
    cluster.thaw()
  },
  'restart with an expired token': async (member) => {
    const { cluster } = member
    cluster.writeKubeconfig('reader', cluster.credentialsWithToken(await cluster.mintToken(-60)))
    await cluster.kill()
    await cluster.restart()
    await pause(3_000)
    await rotate(member)
  },
}

/** API servers go and come back: mostly one, sometimes several at once. */
export async function wreck(members: readonly Member[], chaos: Chaos): Promise<void> {
  const { random, signal } = chaos
  while (!signal.aborted) {
    await rest(between(random, ...BETWEEN_FAULTS_MS), signal)
    if (signal.aborted) return
    const several = random() < 0.2 ? members : [oneOf(random, members)]
    await Promise.all(several.map((member) => befall(member, chaos)))
  }
}

async function befall(member: Member, { random, say }: Chaos): Promise<void> {
  const name = oneOf(random, Object.keys(FAULTS))
  const start = performance.now()
  member.weather.worsen()
  await FAULTS[name]?.(member, random)
  member.weather.improve()
  say(`${name}: ${member.id}, ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

/** Short-lived tokens, replaced in time. Not while the API server is away: it makes them. */
export async function rotateTokens(member: Member, { random, signal, say }: Chaos): Promise<void> {
  while (!signal.aborted) {
    if (member.weather.isFair) {
      await rotate(member).catch((error: unknown) => say(`${member.id} gave no token: ${error}`))
      await rest(between(random, ...ROTATE_MS), signal)
    } else await rest(500, signal)
  }
}

async function rotate({ cluster }: Member): Promise<void> {
  cluster.writeKubeconfig('reader', cluster.credentialsWithToken(await cluster.mintToken(TOKEN_SECONDS)))
}

/** Configurations that change nothing about the answers, one that restarts every watch, and one that is wrong. */
export async function reload(members: readonly Member[], chaos: Chaos): Promise<void> {
  const { server, random, signal, say } = chaos
  let settings = FIRST_SETTINGS
  while (!signal.aborted) {
    await rest(between(random, ...BETWEEN_NUISANCES_MS), signal)
    if (signal.aborted) return
    const kind = oneOf(random, ['ttl', 'watches', 'wrong'] as const)
    if (kind === 'ttl') settings = { ...settings, ttl: settings.ttl === 5 ? 6 : 5 }
    if (kind === 'watches') settings = { ...settings, downAfter: settings.downAfter === '5m' ? '6m' : '5m' }
    const disturbed = kind === 'watches' ? members : []
    for (const { weather } of disturbed) weather.worsen()
    if (kind === 'wrong') server.configure(MISCONFIGURATION)
    else server.configure(configuration(server.directory, members, settings))
    if (random() < 0.5) server.hangUp()
    // Without the signal it looks at the file every two seconds.
    await pause(3_000)
    for (const { weather } of disturbed) weather.improve()
    if (kind === 'wrong') server.configure(configuration(server.directory, members, settings))
    say(`configuration: ${kind}`)
  }
}

export const FIRST_SETTINGS: Settings = { ttl: 5, downAfter: '5m' }

/** Ends early when the signal aborts. */
const rest = (ms: number, signal: AbortSignal): Promise<unknown> =>
  pause(ms, undefined, { signal }).catch(() => undefined)
