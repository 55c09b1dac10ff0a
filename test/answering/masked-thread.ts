// An answering thread that knows one transport more.
import { parentPort, workerData } from 'node:worker_threads'
import { obey } from '../../src/answering/obey.ts'
import { STREAMS } from '../../src/transport/index.ts'
import { MASKED } from '../support/masked.ts'

if (parentPort !== null) obey(parentPort, workerData, undefined, undefined, [...STREAMS, MASKED])
