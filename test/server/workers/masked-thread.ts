// An answering thread that knows one transport more.
import { parentPort, workerData } from 'node:worker_threads'
import { STREAMS } from '../../../src/server/transport/index.ts'
import { obey } from '../../../src/server/workers/obey.ts'
import { MASKED } from '../../support/masked.ts'

if (parentPort !== null) obey(parentPort, workerData, undefined, undefined, [...STREAMS, MASKED])
