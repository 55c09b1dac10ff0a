import { type AnswerPlan, type Asker, answer } from '../../answer/records/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import {
  type AnswerOf,
  type Askers,
  type Expect,
  LONGEST_MESSAGE,
  type Peer,
  type Respond,
  type ResponderOptions,
  type Shortcut,
  type WorkOut,
} from '../replies/index.ts'
import type { ReplyLimits } from '../wire/index.ts'
import { AbsentServices } from './absent-services.ts'
import { Ahead } from './ahead.ts'
import { writeBody } from './body.ts'
import { Generation } from './generation.ts'
import type { Marks } from './marks.ts'
import { NameErrors } from './name-errors.ts'
import type { PlainQuery } from './plain.ts'
import { drawFrom, Plans } from './plans.ts'
import { DrawnReply } from './reply-draw.ts'
import type { Room } from './room.ts'
import { Subnets } from './subnets.ts'
import { originOf, replyPlanFor, type TemplateOrigin, templateOf } from './template.ts'
import { Templates } from './templates.ts'

/** Replies to plain queries from what is kept where it can, and keeps what was worked out where it may. */
export class KeptReplies implements Shortcut {
  readonly #options: ResponderOptions
  readonly #askers: Askers
  readonly #workOut: WorkOut
  readonly #generation: Generation
  readonly #templates: Templates
  readonly #plans: Plans
  readonly #absent: AbsentServices
  readonly #nameErrors: NameErrors
  readonly #ahead = new Ahead((query) => this.#viewpointOf(query))
  #plain = this.#ahead.query
  readonly #drawn = new DrawnReply()
  readonly #ofStream: ReplyLimits
  readonly #ofDatagram: ReplyLimits
  /** Whoever asked last, who often asks next too. */
  #peer: Peer | undefined
  #asker: Asker
  #ownViewpoint = 0
  /** Of whom the query is: of a client's, or of those of its subnet. */
  #viewpoint = 0
  readonly #subnets: Subnets
  readonly #trustsSubnets: boolean

  constructor(marks: Marks, options: ResponderOptions, askers: Askers, workOut: WorkOut, room: Room) {
    const { udpSize, counters } = options
    this.#generation = new Generation(marks)
    this.#templates = new Templates(this.#generation, room.slots, room.octets)
    this.#plans = new Plans(this.#generation)
    this.#absent = new AbsentServices(marks)
    this.#options = options
    this.#askers = askers
    this.#workOut = workOut
    this.#asker = askers.known('').asker
    this.#nameErrors = new NameErrors(counters)
    const numberOf = (viewpoint: Viewpoint) => this.#templates.viewpointNumber(viewpoint)
    this.#subnets = new Subnets(askers.placed, numberOf)
    this.#trustsSubnets = askers.trustsSubnets
    this.#ofStream = { isStream: true, udpSize }
    this.#ofDatagram = { isStream: false, udpSize }
  }

  readonly expect: Expect = (view, at, end) => this.#ahead.expect(view, at, end)

  readonly respond: Respond = (view, at, end, peer, out, to) => {
    if (this.#ahead.fresh > 0) this.#templates.fetch(this.#ahead.hashes, this.#ahead.fresh)
    const isPlain = this.#ahead.turnTo(view, at, end)
    this.#plain = this.#ahead.query
    return isPlain ? this.#respondPlainly(view, at, end, peer, out, to) : 0
  }

  readonly #respondPlainly: Respond = (view, at, end, peer, out, to) => {
    const snapshot = this.#options.snapshot()
    const { isStream } = peer.transport
    this.#generation.enter(snapshot)
    if (peer !== this.#peer) this.#meet(peer)
    this.#viewpoint = this.#plain.subnetLength === 0 ? this.#ownViewpoint : this.#viewpointOf(this.#plain)
    if (!this.#draw() && !this.#deny(snapshot)) {
      const plan = this.#plans.find(this.#plain, this.#viewpoint, isStream)
      if (plan !== undefined) return this.#workOut(view, at, end, peer, out, to, by(plan))
      if (!this.#make(isStream, snapshot)) return 0
    }
    const drawn = this.#drawn
    if (drawn.hasSerial) drawn.serial = snapshot.serials.get(this.#templates.zoneAt(drawn.zone)) ?? 1
    if (this.#plain.subnetLength > 0) drawn.scope = this.#scopeOf(drawn)
    const limits = isStream ? this.#ofStream : this.#ofDatagram
    const length = writeBody(view, at, this.#plain, drawn, limits, out, to)
    this.#count(peer)
    return length
  }

  #meet(peer: Peer): void {
    this.#asker = this.#askers.known(peer.host).asker
    this.#ownViewpoint = this.#templates.viewpointNumber(this.#asker.viewpoint)
    this.#ahead.viewpoint = this.#ownViewpoint
    this.#peer = peer
  }

  /** Of the clients of the subnet that a query has, if it says something and is believed; else of the client that asks. */
  #viewpointOf(query: PlainQuery): number {
    if (!this.#isPlaced(query)) return this.#ownViewpoint
    if (query.subnetViewpoint < 0) this.#subnets.place(query)
    return query.subnetViewpoint
  }

  #isPlaced(query: PlainQuery): boolean {
    return this.#trustsSubnets && query.subnetBits > 0
  }

  #scopeOf({ follows }: DrawnReply): number {
    if (follows === 'nobody' || !this.#isPlaced(this.#plain)) return 0
    return follows === 'viewpoint' ? this.#plain.subnetScope : this.#plain.subnetBits
  }

  /** The client, where the one of whom it asks stands. */
  #standing(): Asker {
    const viewpoint = this.#templates.viewpointAt(this.#viewpoint)
    return viewpoint === undefined || viewpoint === this.#asker.viewpoint
      ? this.#asker
      : { ...this.#asker, viewpoint }
  }

  /** From what is kept. */
  #draw(): boolean {
    const drawn = this.#drawn
    return (
      this.#templates.draw(this.#plain, this.#viewpoint, this.#options.random, drawn) &&
      (!this.#plain.hasCapitals || drawn.foldsCase)
    )
  }

  /** Of a service that is nowhere, if a name like it was asked for before. */
  #deny(snapshot: Snapshot): boolean {
    if (this.#plain.hasCapitals || !this.#absent.has(this.#plain, snapshot)) return false
    const kept = this.#nameErrors.known(this.#plain, snapshot)
    if (kept !== undefined)
      this.#drawn.take(kept, 0, this.#templates.zoneNumber(snapshot.settings.clusterset))
    return kept !== undefined
  }

  /** The reply to a question that is not kept yet, or never is. */
  #make(isStream: boolean, snapshot: Snapshot): boolean {
    const asker = this.#standing()
    const planned = replyPlanFor(this.#plain, asker, snapshot, this.#options.identity)
    const [{ answer } = {}] = planned?.draws ?? []
    if (answer?.kind === 'nameError') {
      const kept = this.#plain.hasCapitals ? undefined : this.#nameErrors.drawn(this.#plain, answer, snapshot)
      if (kept !== undefined) this.#drawn.take(kept, 0, this.#templates.zoneNumber(answer.zone.name))
      return kept !== undefined
    }
    const origin = originOf(this.#plain, asker, snapshot, this.#generation)
    if (origin === undefined || planned === undefined) return false
    const template = templateOf(this.#plain, planned, origin, snapshot, this.#options.counters)
    if (template !== undefined && this.#templates.keep(this.#plain, this.#viewpoint, template))
      return this.#draw()
    if (planned.sticky === null) this.#keepPlan(planned, origin, isStream, snapshot)
    return false
  }

  /** Of a stream that of all records, if a message holds them. */
  #keepPlan(planned: AnswerPlan, origin: TemplateOrigin, isStream: boolean, snapshot: Snapshot): void {
    const [viewpoint, { identity }] = [this.#viewpoint, this.#options]
    const keep = (plan: AnswerPlan): boolean =>
      this.#plans.keep(this.#plain, viewpoint, isStream, origin, plan)
    const whole = isStream
      ? replyPlanFor(this.#plain, this.#standing(), snapshot, identity, LONGEST_MESSAGE)
      : undefined
    if (whole === undefined || hasMore(whole) || !keep(whole)) keep(planned)
  }

  #count({ transport }: Peer): void {
    const { requests, answered, noRoute } = this.#options.counters
    const drawn = this.#drawn
    requests.add(drawn.request, transport.label)
    for (let i = 0; i < drawn.clusters; i++) answered.add(drawn.cluster(i))
    if (drawn.isNoRoute) noRoute(this.#templates.zoneAt(drawn.zone))
  }
}

const hasMore = ({ draws: [first] }: AnswerPlan): boolean =>
  first?.answer.kind === 'records' && first.answer.more === true

/** `answer` for the question and the viewpoint of a plan. */
const by =
  (plan: AnswerPlan): AnswerOf =>
  (question, snapshot, asker, identity, random, room = Number.POSITIVE_INFINITY) =>
    drawFrom(plan, random, room) ?? answer(question, snapshot, asker, identity, random, room)
