// A reading thread that has the made-up kinds too.
import { parentPort, workerData } from 'node:worker_threads'
import { obey } from '../../../src/sources/reader/obey.ts'
import { WITH_LANTERNS } from './lantern.ts'

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
obey(parentPort, workerData, WITH_LANTERNS)
