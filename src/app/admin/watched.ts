import type { Controller } from '../../controller/index.ts'
import type { Answering } from '../../server/workers/index.ts'
import { leftOutOf } from '../../world/zone/index.ts'
import type { Clients, InForce } from '../effective/index.ts'
import type { Flow, Members } from '../flow/index.ts'
import type { Inspected } from './inspect.ts'
import type { Contact, RegistryState, WatchedServer } from './state.ts'

/** What of the server the admin pages look at. A page may be asked for at any moment of a start. */
interface Rooms {
  readonly flow: Pick<Flow, 'world' | 'views' | 'problems' | 'draining'>
  readonly members: Pick<Members, 'all'>
  readonly controller: Pick<Controller, 'status' | 'counts'>
  readonly answering: Pick<Answering, 'isSettled' | 'answers'>
  readonly inForce: Pick<InForce, 'refused'>
  readonly clients?: Pick<Clients, 'geoStatus'>
  /** null: no registry is configured. */
  readonly search: { readonly status: () => RegistryState } | null
}

/** The same, each time anew. */
export const watchedOf = ({
  flow,
  members,
  controller,
  answering,
  inForce,
  clients,
  search,
}: Rooms): WatchedServer => ({
  get world() {
    return flow.world
  },
  get views() {
    return flow.views
  },
  get problems() {
    return flow.problems
  },
  get draining() {
    return flow.draining
  },
  answering: answering.isSettled,
  answers: answering.answers,
  registry: () => search?.status() ?? null,
  refused: () => inForce.refused,
  geo: () => clients?.geoStatus ?? null,
  writing: () => controller.status(),
  writes: () => controller.counts.samples(),
  contacts: () => members.all().map(contactOf),
})

interface Insight {
  readonly flow: Pick<Flow, 'world' | 'views' | 'problems'>
  readonly controller: Pick<Controller, 'look'>
  readonly inForce: Pick<InForce, 'now'>
  readonly clients: Pick<Clients, 'rules'>
}

/** What explanations are made from, as it is now. */
export const inspectedOf = ({ flow, controller, inForce, clients }: Insight): Inspected => ({
  snapshot: flow.world,
  map: clients.rules.map,
  ...(clients.rules.geo && { geo: clients.rules.geo }),
  identity: inForce.now.identity,
  problems: flow.problems,
  leftOut: (key) => leftOutOf(key, flow.world, flow.views),
  written: (key) => controller.look(key),
})

type Member = ReturnType<Members['all']>[number]

function contactOf({ id, health, expiresAt, isRenewed }: Member): Contact {
  const { heard, roundTrip } = health()
  return { id, heard, roundTrip, expiresAt: expiresAt(), renewed: isRenewed() }
}
