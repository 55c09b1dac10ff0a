import { afterEach, beforeEach, expect } from 'vitest'
import {
  type ApiServerEvent,
  type ApiServerLimits,
  type ApiServerOptions,
  credentialsFrom,
  watchApiServer,
} from '../../../src/sources/apiserver/index.ts'
import { KINDS as ALL, memberScope } from '../../../src/words/kube/index.ts'
import { kubeconfig } from '../../support/kubeconfig.ts'
import { eventually, type Run, run } from '../../support/recorder.ts'
import { FakeApiServer } from './fake.ts'

export { kubeconfig }

export const READ = ALL.at(memberScope(true, []))

export const KINDS = READ.names

/** Waits of milliseconds. Deadlines stay long, unless a test is about them. */
export const QUICK: Partial<ApiServerLimits> = {
  backoffMs: [1, 5],
  steadyMs: 0,
  absentMs: 5,
  shrunkMs: 10,
  graceMs: 250,
  coalesceMs: 1,
}

/** A source on a fake API server, and what it told and reported. */
export interface Watched extends Run {
  readonly events: ApiServerEvent[]
  /** Reasons of failures, in order. */
  readonly reasons: () => readonly string[]
}

export function watching(
  server: FakeApiServer,
  limits: Partial<ApiServerLimits> = {},
  more: Partial<ApiServerOptions> = {},
): Watched {
  const events: ApiServerEvent[] = []
  const start = watchApiServer({
    credentials: credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url) }),
    kinds: READ,
    report: (event) => events.push(event),
    limits: { ...QUICK, ...limits },
    ...more,
  })
  const reasons = () => events.flatMap((event) => (event.type === 'failure' ? [event.reason] : []))
  return { ...run(start), events, reasons }
}

/** A fake API server for each test, and sources that are stopped after it. */
export function cluster(): {
  readonly server: FakeApiServer
  readonly watch: (limits?: Partial<ApiServerLimits>, more?: Partial<ApiServerOptions>) => Watched
  readonly live: (limits?: Partial<ApiServerLimits>, more?: Partial<ApiServerOptions>) => Promise<Watched>
} {
  let server: FakeApiServer
  const runs: Run[] = []
  beforeEach(async () => {
    server = await FakeApiServer.open()
  })
  afterEach(async () => {
    await Promise.all(runs.splice(0).map(({ source }) => source.stop()))
    await server.kill()
  })
  const watch = (limits?: Partial<ApiServerLimits>, more?: Partial<ApiServerOptions>): Watched => {
    const watched = watching(server, limits, more)
    runs.push(watched)
    return watched
  }
  const live = async (
    limits?: Partial<ApiServerLimits>,
    more?: Partial<ApiServerOptions>,
  ): Promise<Watched> => {
    const watched = watch(limits, more)
    await eventually(() => expect(watched.told.kinds.at(-1)).toBe('live'))
    await eventually(() => expect(server.watchers.size).toBe(KINDS.length))
    return watched
  }
  return {
    get server() {
      return server
    },
    watch,
    live,
  }
}
