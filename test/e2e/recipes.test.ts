import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Server } from './ground/index.ts'
import {
  ask,
  askMany,
  type Blocks,
  blockOf,
  MERIDIAN,
  OTHER_MERIDIAN,
  OWN,
  OWN_ADDRESS,
  outcomeOf,
  type Place,
  PUBLIC,
  type Question,
  RESOLVERS,
  type Recipe,
  type Reply,
  ROOT_SERVERS,
  type Root,
  rowsOf,
  startMeridian,
  startPlace,
  startRoot,
  startUpstream,
  startWorld,
  UPSTREAM,
  WORLD,
  whyNoRecipes,
} from './recipes/index.ts'

/** Each kind of name and type, with the status and the number of records that Meridian itself answers. */
const QUESTIONS: Readonly<Record<Question, string>> = {
  'dns-version.clusterset.local TXT': 'NOERROR 1',
  'clusterset.local SOA': 'NOERROR 1',
  'web.default.svc.clusterset.local A': 'NOERROR 1',
  'api.shop.svc.clusterset.local AAAA': 'NOERROR 1',
  '_http._tcp.web.default.svc.clusterset.local SRV': 'NOERROR 1',
  'db-0.cluster-west.db.data.svc.clusterset.local A': 'NOERROR 1',
  'web.default.global A': 'NOERROR 1',
  'web.global A': 'NOERROR 1',
  '_http._tcp.web.default.global SRV': 'NOERROR 3',
  'web.default.svc.cluster-east.local A': 'NOERROR 1',
  'web.default.svc.cluster-west.local A': 'NOERROR 2',
  '-x 10.2.1.18': 'NOERROR 1',
  '2.0.0.0.0.1.0.0.0.0.d.f.ip6.arpa SOA': 'NOERROR 1',
  // Longer than a datagram, for clients with EDNS and without.
  'many.large.svc.clusterset.local A': `NOERROR ${WORLD.many}`,
  'many.large.svc.clusterset.local A +noedns': `NOERROR ${WORLD.many}`,
  '_http._tcp.many.large.svc.clusterset.local SRV': `NOERROR ${WORLD.many}`,
  'most.large.svc.clusterset.local A': `NOERROR ${WORLD.most}`,
  'most.large.svc.clusterset.local A +tcp': `NOERROR ${WORLD.most}`,
  '_http._tcp.most.large.svc.clusterset.local SRV': `NOERROR ${WORLD.most}`,
  // What does not exist, and what has no such records.
  'nobody.default.svc.clusterset.local A': 'NXDOMAIN 0',
  'nobody.default.global A': 'NXDOMAIN 0',
  'web.default.svc.clusterset.local AAAA': 'NOERROR 0',
}

/** Asked for the first time while Meridian is away, and no part of a name before: some ask label by label. */
const AFTER_OUTAGE = 'search.shop.svc.clusterset.local A +time=2'
/** Well below the minute for which some keep a failure unless they are told. */
const RECOVERY_MS = 30_000

let place: Place
let root: Root
let meridian: Server
const others: Server[] = []

beforeAll(async () => {
  const lacking = whyNoRecipes(Object.assign({}, ...RESOLVERS.map(({ programs }) => programs)))
  if (lacking !== undefined) throw new Error(lacking)
  place = await startPlace('recipes', ROOT_SERVERS)
  root = await startRoot(place)
  const world = startWorld()
  meridian = await startMeridian(place, world.config, MERIDIAN)
  others.push(await startMeridian(place, world.never, OTHER_MERIDIAN, 'SERVFAIL'))
  others.push(await startUpstream({ place, root }))
})

afterAll(async () => {
  await Promise.all([meridian, ...others, root?.server].map((one) => one?.kill()))
  place?.close()
})

const started: Server[] = []

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(started.map((one) => one.logTail()).join('\n'))
})

const blocksOf = ({ page, files }: Recipe): Blocks =>
  Object.fromEntries(files.map((file) => [file, blockOf(page, file)]))

/** Its page's blocks, changed, and not in vain. */
function changedBy(recipe: Recipe, change: (text: string) => string): Blocks {
  const blocks = blocksOf(recipe)
  const changed = Object.fromEntries(Object.entries(blocks).map(([file, text]) => [file, change(text)]))
  expect(changed).not.toEqual(blocks)
  return changed
}

async function start(recipe: Recipe, blocks: Blocks): Promise<Server> {
  const server = await recipe.start({ place, root }, blocks)
  started.push(server)
  return server
}

/** What anybody may ask: a resolver that validates has proofs of the root's in its cache from then on. */
const ASKED = [
  'nonexistent.local A +dnssec',
  'other.local AAAA',
  'local DS +dnssec',
  'global DS +dnssec',
  `www.${OWN} A`,
  'example.com A +dnssec',
] as const

async function askOthers(server: string): Promise<Reply[]> {
  const replies: Reply[] = []
  for (const question of ASKED) replies.push(await ask(place, server, question))
  return replies
}

test('without Meridian, the upstream validates: .local does not exist, and global is what the world has', async () => {
  expect(await ask(place, UPSTREAM, 'nonexistent.local A +dnssec')).toMatchObject({ status: 'NXDOMAIN' })
  expect((await ask(place, UPSTREAM, 'example.global A')).records).toEqual([
    `example.global. IN A ${PUBLIC['example.global']}`,
  ])
})

test('Meridian itself answers so', async () => {
  expect(rowsOf(await askMany(place, MERIDIAN, Object.keys(QUESTIONS)))).toEqual(QUESTIONS)
})

describe.each(RESOLVERS)('$title, as docs/ has it', (recipe) => {
  const { server, nonexistent, without, instead = [], beside = [], except = [] } = recipe
  const questions = Object.keys(QUESTIONS).filter((one) => !except.includes(one))
  let running: Server

  beforeAll(async () => {
    started.length = 0
    running = await start(recipe, blocksOf(recipe))
  })

  afterAll(() => running?.kill())

  test('leaves the rest of the world as it is', async () => {
    const replies = await askOthers(server)
    expect(replies.slice(0, 3).map(({ status }) => status)).toEqual([nonexistent, nonexistent, nonexistent])
    expect(replies.at(-2)?.records).toEqual([`www.${OWN}. IN A ${OWN_ADDRESS}`])
    expect(replies.at(-1)?.records).toContain(`example.com. IN A ${PUBLIC['example.com']}`)
  })

  test('answers what Meridian answers, after others have asked for names that are not', async () => {
    const expected = await askMany(place, MERIDIAN, questions)
    expect(await askMany(place, server, questions)).toEqual(expected)
  })

  test('answers again soon after Meridian was away', async () => {
    await meridian.kill()
    const replies = await ask(place, server, AFTER_OUTAGE).finally(() => meridian.start())
    expect(replies.records).toEqual([])
    await eventually(`${recipe.title} answers`, RECOVERY_MS, async () => {
      const { status, records } = await ask(place, server, AFTER_OUTAGE)
      if (records.length === 0) throw new Error(`${status}`)
    })
  })

  describe('with other lines', () => {
    beforeAll(() => running.kill())

    test.for([...instead, ...beside])('answers the same with $what', async ({ change }) => {
      const other = await start(recipe, changedBy(recipe, change))
      try {
        await askOthers(server)
        expect(rowsOf(await askMany(place, server, questions))).toEqual(QUESTIONS)
      } finally {
        await other.kill()
      }
    })

    test.each(without)('without $what: $gives', async ({ change, question, gives }) => {
      const other = await start(recipe, changedBy(recipe, change))
      try {
        await askOthers(server)
        const replies = [await ask(place, server, question), await ask(place, server, question)]
        expect(replies.map(outcomeOf)).toContain(gives)
      } finally {
        await other.kill()
      }
    })
  })
})
