import type { MessagePort } from 'node:worker_threads'
import { oncePerKind } from '../../words/observe/index.ts'
import type { Respond } from '../replies/index.ts'
import { loadAddon, STREAMS, type StreamTransport, UdpBatches, udpHere } from '../transport/index.ts'
import { answersFrom } from './answers.ts'
import { loopBetweenBatches, type Mark } from './loop-between-batches.ts'
import { loopOverEvents } from './loop-over-events.ts'
import { ListenPlaces } from './places.ts'
import type { WorkerReport, WorkerStart } from './protocol.ts'
import { Streaming } from './streaming.ts'

/**
 * A thread's whole life: answers queries and takes orders until it is ended. What goes wrong with an order is nobody's
 * to catch: the thread crashes, and a new one starts from a whole world. `around` lets tests come between, `mark`
 * benchmarks. `transports`: of streams. `isSpeedy` false: each reply is worked out, for tests.
 */
export function runWorkerLoop(
  main: MessagePort,
  beginning: WorkerStart,
  around: (respond: Respond) => Respond = (respond) => respond,
  mark?: Mark,
  transports: readonly StreamTransport[] = STREAMS,
  isSpeedy = true,
): void {
  const send = (report: WorkerReport): void => main.postMessage(report)
  const report = oncePerKind((message, error) => send({ kind: 'bug', message, stack: stackOf(error) }))
  const answers = answersFrom(beginning, (error) => report(String(error), error), isSpeedy)
  const settings = {
    udpSize: beginning.udpSize,
    respond: around(answers.respond),
    events: {
      dropped: answers.counts.dropped,
      warning: (text: string) => send({ kind: 'warning', text }),
      connections: () => undefined,
    },
  }
  process.once('uncaughtExceptionMonitor', () => send({ kind: 'counted', counts: answers.counts.sheet() }))
  if (beginning.streams !== null) {
    const streaming = new Streaming(
      beginning.streams,
      { ...answers, respond: settings.respond },
      settings.events,
      transports,
    )
    const count = () => ({ ...answers.count(), streams: streaming.counts() })
    loopOverEvents(main, send, { ...answers, count }, new ListenPlaces(streaming.make), streaming)
  } else if (beginning.addon === null) {
    const make = udpHere(settings)
    loopOverEvents(main, send, answers, new ListenPlaces(({ host, except }) => make(host, except)))
  } else {
    const udp = new UdpBatches(loadAddon(beginning.addon), { ...settings, expect: answers.expect })
    loopBetweenBatches(main, beginning.signal, send, answers, udp, mark)
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : '')
