import { setImmediate as turn } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import type { Answers } from './answers.ts'
import type { UpdatePiece } from './pieces.ts'
import type { ListenPlaces } from './places.ts'
import type { PostedOrder, Result, WorkerOrder, WorkerReport } from './protocol.ts'
import type { Streaming } from './streaming.ts'

/** The life of a thread that answers by dgram: queries and orders are events. */
export function loopOverEvents(
  main: MessagePort,
  send: (report: WorkerReport) => void,
  answers: Answers,
  places: ListenPlaces,
  streams: Pick<Streaming, 'finish' | 'stand'> | null = null,
): void {
  const apply = inTurns(answers)
  main.on('message', ({ id, order }: PostedOrder) => {
    void follow(order, answers, apply, places, streams).then((result) => send({ kind: 'done', id, result }))
  })
}

async function follow(
  order: WorkerOrder,
  answers: Answers,
  apply: (piece: UpdatePiece) => Promise<void>,
  places: ListenPlaces,
  streams: Pick<Streaming, 'finish' | 'stand'> | null,
): Promise<Result> {
  switch (order.kind) {
    case 'update':
      await apply(order)
      return { kind: 'done' }
    case 'reconfigure':
      answers.reconfigure(order.settings)
      return { kind: 'done' }
    case 'open':
      return places.open(order)
    case 'close':
      await places.close(order.place, order.drainMs)
      return { kind: 'done' }
    case 'count':
      return answers.count()
    case 'stand':
      streams?.stand(order.standing)
      return { kind: 'done' }
    case 'finish':
      await streams?.finish(order.drainMs)
      return { kind: 'done' }
  }
}

/** Piece by piece, with queries answered in between; those that come meanwhile wait. Resolves when it was applied. */
function inTurns({ apply, show }: Answers): (piece: UpdatePiece) => Promise<void> {
  let applied: Promise<unknown> = Promise.resolve()
  return ({ update, isLast }) => {
    const one = applied.then(() => {
      apply(update)
      if (isLast) show()
    })
    applied = one.then(() => (isLast ? undefined : turn()))
    return one
  }
}
