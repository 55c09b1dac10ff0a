import type { MessagePort } from 'node:worker_threads'
import { oncePerKind } from '../observe/index.ts'
import type { Respond } from '../respond/index.ts'
import { udpHere } from '../transport/index.ts'
import { type Answers, answersFrom } from './answers.ts'
import { Places } from './places.ts'
import type { Asked, Beginning, Order, Report, Result } from './protocol.ts'

/**
 * A thread's whole life: answers queries and takes orders until it is ended. What goes wrong with an order is nobody's
 * to catch: the thread crashes, and a new one starts from a whole world. `around` lets tests come between.
 */
export function obey(
  main: MessagePort,
  beginning: Beginning,
  around: (respond: Respond) => Respond = (respond) => respond,
): void {
  const tell = (report: Report): void => main.postMessage(report)
  const report = oncePerKind((message, error) => tell({ kind: 'bug', message, stack: stackOf(error) }))
  const answers = answersFrom(beginning, (error) => report(String(error), error))
  const places = new Places(
    udpHere({
      udpSize: beginning.udpSize,
      respond: around(answers.respond),
      events: {
        dropped: answers.counts.dropped,
        warning: (text) => tell({ kind: 'warning', text }),
        connections: () => undefined,
      },
    }),
  )
  process.once('uncaughtExceptionMonitor', () => tell({ kind: 'counted', counts: answers.counts.sheet() }))
  main.on('message', ({ id, order }: Asked) => {
    void follow(order, answers, places).then((result) => tell({ kind: 'done', id, result }))
  })
}

async function follow(order: Order, answers: Answers, places: Places): Promise<Result> {
  switch (order.kind) {
    case 'update':
      await answers.apply(order.update)
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
      return { kind: 'counts', counts: answers.counts.sheet() }
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : '')
