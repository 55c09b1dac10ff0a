import { isIP } from 'node:net'
import { codeOf, ListenError, printEndpoint } from './listen-error.ts'
import { familyOfHost, isWildcard, localAddresses } from './local-address.ts'
import type { Acceptor, Bound, ListenEndpoint, Listener, Listeners, MakeAcceptor } from './types.ts'
import { UdpListener, type UdpSettings } from './udp.ts'
import { interfacesOf, UdpWildcard } from './udp-wildcard.ts'

/** What listeners have in common. */
interface Ways {
  /** Lets every connection finish, and cuts off those that have not after `drainMs`. */
  readonly finish: (drainMs: number) => Promise<void>
  /** One line about something that was survived. */
  readonly warning: (text: string) => void
}

/** A listener in the light of the others: a wildcard leaves out what is listed by itself, and owns all streams. */
interface Place extends Listener {
  readonly except: readonly string[]
  /** A wildcard is listed too. */
  readonly among: boolean
}

/** A listener that is open, or is to be. */
interface Opened extends Bound {
  readonly acceptor: Acceptor
}

/** How often a port is drawn that is free for datagrams and streams alike. */
const DRAWS = 10
const DRAIN_MS = 1000

/**
 * Opens all listeners, or nothing: rejects with a ListenError after closing what it had opened. One for datagrams and one
 * for streams on one address have the same port, also when it is drawn. An address of a family that this host lacks is a
 * warning, unless no other can be had.
 */
export async function listen(wanted: readonly Listener[], { finish, warning }: Ways): Promise<Listeners> {
  const opened: Opened[] = []
  try {
    const lacking: ListenError[] = []
    for (const sharing of portsOf(placesOf(wanted))) {
      const some = await open(sharing)
      if (some instanceof ListenError) lacking.push(some)
      else opened.push(...some)
    }
    if (opened.length === 0) throw lacking[0] ?? new Error('dns.listen names no address')
    for (const { message } of lacking) warning(message)
  } catch (error) {
    await close(opened, finish, 0)
    throw error
  }
  return listeners(opened, finish)
}

function listeners(opened: readonly Opened[], finish: Ways['finish']): Listeners {
  let closed: Promise<void> | undefined
  return {
    bound: opened.map(({ transport, host, port }) => ({ transport, host, port })),
    close({ drainMs = DRAIN_MS } = {}) {
      closed ??= close(opened, finish, drainMs)
      return closed
    },
  }
}

/** No connection comes any more when those that are there are let finish. */
async function close(opened: readonly Opened[], finish: Ways['finish'], drainMs: number): Promise<void> {
  await Promise.all(opened.filter(isStream).map(({ acceptor }) => acceptor.close()))
  const datagrams = opened.filter((one) => !isStream(one))
  await Promise.all([finish(drainMs), ...datagrams.map(({ acceptor }) => acceptor.close(drainMs))])
}

const isStream = ({ transport }: Pick<Listener, 'transport'>): boolean => transport.isStream

function placesOf(wanted: readonly Listener[]): Place[] {
  const nameOf = (one: Listener): string => `${one.transport.label} ${printEndpoint(one)}`
  const all = [...new Map(wanted.map((one) => [nameOf(one), one])).values()]
  return all.map((one) => {
    const alike = all.filter((other) => isAlike(one, other))
    return {
      ...one,
      except: isWildcard(one.host) ? alike.map(({ host }) => host) : [],
      among: !isWildcard(one.host) && alike.some(({ host }) => isWildcard(host)),
    }
  })
}

const isAlike = (a: Listener, b: Listener): boolean =>
  a !== b &&
  a.transport.label === b.transport.label &&
  a.port !== 0 &&
  a.port === b.port &&
  familyOfHost(a.host) === familyOfHost(b.host)

/** By the port that they have together. */
function portsOf(places: readonly Place[]): readonly (readonly Place[])[] {
  const ports: Place[][] = []
  for (const place of places) {
    const port = ports.find((others) => others.every((one) => sharesPort(place, one)))
    if (port === undefined) ports.push([place])
    else port.push(place)
  }
  return ports
}

const sharesPort = (a: Listener, b: Listener): boolean =>
  isStream(a) !== isStream(b) && printEndpoint(a) === printEndpoint(b)

/** The listeners of a port, or why the host's lack of a family forbids them. */
async function open(sharing: readonly Place[]): Promise<readonly Opened[] | ListenError> {
  for (let draw = 1; ; draw++) {
    try {
      return await openTogether(sharing)
    } catch (error) {
      if (error instanceof ListenError && sharing.some((place) => lacksFamily(error, place))) return error
      const isDrawn = sharing.some(({ port }) => port === 0)
      if (!isDrawn || draw === DRAWS || codeOf(error) !== 'EADDRINUSE') throw error
    }
  }
}

/** A stream has its port drawn before datagrams do. */
async function openTogether(sharing: readonly Place[]): Promise<readonly Opened[]> {
  for (const place of sharing)
    if (isIP(place.host) === 0) throw new ListenError(place.transport.label, place, { code: 'EINVAL' })
  const all = sharing.map((place) => ({ ...place, acceptor: acceptorOf(place) }))
  let [{ port } = { port: 0 }] = sharing
  try {
    for (const { acceptor } of all.toSorted((a, b) => Number(isStream(b)) - Number(isStream(a))))
      port = await acceptor.open(port)
  } catch (error) {
    for (const { acceptor } of all) await acceptor.close()
    throw error
  }
  return all.map((one) => ({ ...one, port }))
}

const acceptorOf = (place: Place): Acceptor =>
  place.among && isStream(place) ? BY_WILDCARD : place.make(place.host, place.except, place.among)

/** The wildcard's has all connections. */
const BY_WILDCARD: Acceptor = { open: async (port) => port, close: async () => undefined }

/** UDP that is answered on this thread. */
export const udpHere =
  (settings: UdpSettings): MakeAcceptor =>
  (host, except = []) =>
    isWildcard(host)
      ? new UdpWildcard(interfacesOf(familyOfHost(host)), except, settings)
      : new UdpListener(host, settings)

function lacksFamily({ code }: ListenError, { host }: ListenEndpoint): boolean {
  if (code === 'EAFNOSUPPORT') return true
  return code === 'EADDRNOTAVAIL' && localAddresses(familyOfHost(host)).length === 0
}
