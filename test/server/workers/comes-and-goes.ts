// A program that starts a thread, asks it, loses it, and stops: it ends by itself if nothing is left.
import { until } from '../../support/sockets.ts'
import { keeping } from './supervised.ts'

const { answering, ask } = await keeping('faulty', {
  udp: process.argv[2] === 'batches' ? 'batches' : 'dgram',
})
await ask('web.default.svc.clusterset.local')
await ask('throw.example', 'A', 100).catch(() => undefined)
await until(() => answering.crashes() === 1, 'the crash')
await answering.stop()
