import { isIP } from 'node:net'
import { codeOf, ListenError, printEndpoint } from './listen-error.ts'
import { familyOfHost, isWildcard, localAddresses } from './local-address.ts'
import type { Tcp, TcpPlace } from './tcp.ts'
import type { Bound, Endpoint, Listeners } from './types.ts'
import { UdpListener, type UdpSettings } from './udp.ts'
import { interfacesOf, UdpWildcard } from './udp-wildcard.ts'

/** UDP on one configured address, which need not be answered on this thread. */
export interface UdpPlace {
  /** The port it listens on; rejects with a ListenError, holding nothing. */
  open(port: number): Promise<number>
  /** Closes once the replies that wait are sent, or after `drainMs`. */
  close(drainMs?: number): Promise<void>
}

/**
 * Makes a place for UDP on a host; on a wildcard host all local addresses but those excepted. One that is excepted from
 * a wildcard is made with `among`: what answers all addresses by one socket needs none for it.
 */
export type MakeUdp = (host: string, except: readonly string[], among?: boolean) => UdpPlace

/** One configured address, opened. */
interface Opened {
  readonly bound: readonly Bound[]
  readonly udp: UdpPlace
  readonly tcp: TcpPlace | undefined
}

/** Who answers, on whatever thread. */
export interface Ways {
  readonly makeUdp: MakeUdp
  readonly tcp: Tcp
  /** One line about something that was survived. */
  readonly warning: (text: string) => void
}

/** A configured address in the light of the others: a wildcard leaves out what is listed by itself and owns all TCP. */
interface Place extends Endpoint {
  readonly except: readonly string[]
  /** A wildcard is listed too. */
  readonly among: boolean
}

/** How often a port is drawn that is free for UDP and TCP alike. */
const DRAWS = 10
const DRAIN_MS = 1000

/**
 * Opens UDP and TCP on every address, or nothing: rejects with a ListenError after closing what it had opened.
 * An address of a family that this host lacks is a warning, unless no other can be had.
 */
export async function listen(addresses: readonly Endpoint[], ways: Ways): Promise<Listeners> {
  const opened: Opened[] = []
  try {
    const lacking: ListenError[] = []
    for (const place of placesOf(addresses)) {
      const one = await open(place, ways)
      if (one instanceof ListenError) lacking.push(one)
      else opened.push(one)
    }
    if (opened.length === 0) throw lacking[0] ?? new Error('dns.listen names no address')
    for (const { message } of lacking) ways.warning(message)
  } catch (error) {
    await close(opened, ways.tcp, 0)
    throw error
  }
  return listeners(opened, ways.tcp)
}

function listeners(opened: readonly Opened[], connections: Tcp): Listeners {
  let closed: Promise<void> | undefined
  return {
    bound: opened.flatMap(({ bound }) => bound),
    close({ drainMs = DRAIN_MS } = {}) {
      closed ??= close(opened, connections, drainMs)
      return closed
    },
  }
}

async function close(opened: readonly Opened[], connections: Tcp, drainMs: number): Promise<void> {
  await Promise.all(opened.map(({ tcp }) => tcp?.close()))
  await Promise.all([connections.close(drainMs), ...opened.map(({ udp }) => udp.close(drainMs))])
}

function placesOf(addresses: readonly Endpoint[]): Place[] {
  const places = [...new Map(addresses.map((one) => [printEndpoint(one), one])).values()]
  return places.map((place) => {
    const alike = places.filter((other) => isAlike(place, other))
    return {
      ...place,
      except: isWildcard(place.host) ? alike.map(({ host }) => host) : [],
      among: !isWildcard(place.host) && alike.some(({ host }) => isWildcard(host)),
    }
  })
}

const isAlike = (a: Endpoint, b: Endpoint): boolean =>
  a !== b && a.port !== 0 && a.port === b.port && familyOfHost(a.host) === familyOfHost(b.host)

/** The pair of listeners, or why the host's lack of a family forbids them. */
async function open(place: Place, ways: Ways): Promise<Opened | ListenError> {
  for (let draw = 1; ; draw++) {
    try {
      return await openPair(place, ways)
    } catch (error) {
      if (error instanceof ListenError && lacksFamily(error, place)) return error
      if (place.port !== 0 || draw === DRAWS || codeOf(error) !== 'EADDRINUSE') throw error
    }
  }
}

async function openPair(place: Place, { makeUdp, tcp: connections }: Ways): Promise<Opened> {
  if (isIP(place.host) === 0) throw new ListenError('udp', place, { code: 'EINVAL' })
  const tcp = place.among ? undefined : connections.make(place.host)
  const given = await tcp?.open(place.port)
  const udp = makeUdp(place.host, place.except, place.among)
  try {
    const port = await udp.open(given ?? place.port)
    const at = { host: place.host, port }
    return {
      bound: [
        { transport: 'udp', ...at },
        { transport: 'tcp', ...at },
      ],
      udp,
      tcp,
    }
  } catch (error) {
    await tcp?.close()
    await udp.close()
    throw error
  }
}

/** UDP that is answered on this thread. */
export const udpHere =
  (settings: UdpSettings): MakeUdp =>
  (host, except) =>
    isWildcard(host)
      ? new UdpWildcard(interfacesOf(familyOfHost(host)), except, settings)
      : new UdpListener(host, settings)

function lacksFamily({ code }: ListenError, { host }: Endpoint): boolean {
  if (code === 'EAFNOSUPPORT') return true
  return code === 'EADDRNOTAVAIL' && localAddresses(familyOfHost(host)).length === 0
}
