// What an answering thread runs.
import { parentPort, workerData } from 'node:worker_threads'
import { obey } from './obey.ts'

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
obey(parentPort, workerData)
