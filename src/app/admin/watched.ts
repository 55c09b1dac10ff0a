import type { Controller } from '../../controller/index.ts'
import type { Flow, Members } from '../flow/index.ts'
import type { Contact, RegistryStatus, Watched } from './state.ts'

/** What of the house the admin pages look at. A page may be asked for at any moment of a start. */
export interface Rooms {
  readonly flow: Flow
  readonly members: Members
  readonly controller: Controller
  readonly answering: { readonly isSettled: () => boolean; readonly answers: () => boolean }
  /** null: no registry is configured. */
  readonly registry: () => RegistryStatus | null
  /** Why the configuration's file was refused when it was read last; null: it was not. */
  readonly refused: () => string | null
}

/** The same, each time anew. */
export const watchedOf = ({ flow, members, controller, answering, registry, refused }: Rooms): Watched => ({
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
  registry,
  refused,
  writing: () => controller.status(),
  writes: () => controller.counts.samples(),
  contacts: () => members.all().map(contactOf),
})

type Member = ReturnType<Members['all']>[number]

function contactOf({ id, health, expiresAt, isRenewed }: Member): Contact {
  const { heard, roundTrip } = health()
  return { id, heard, roundTrip, expiresAt: expiresAt(), renewed: isRenewed() }
}
