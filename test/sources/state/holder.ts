// A process that dies with something in hand, as its arguments say: the folder, then `place thing` pairs that it works
// on in turn. The last one is its end.
import { openCustody } from '../../../src/sources/state/index.ts'

const [dir = '', version = '', ...pairs] = process.argv.slice(2)
const custody = openCustody({ dir, version, warn: console.log })
for (const [i, pair] of pairs.entries()) {
  const [place = '', thing = ''] = pair.split(' ')
  const why = custody.quarantined(place, thing)
  if (why !== undefined) console.log(`aside ${pair}: ${why}`)
  else
    custody.hold(place, thing, () =>
      i === pairs.length - 1 ? process.kill(process.pid, 'SIGKILL') : undefined,
    )
}
console.log('alive')
custody.close()
