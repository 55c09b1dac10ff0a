// A reading thread that knows boards too.
import { parentPort, workerData } from 'node:worker_threads'
import { runReaderLoop } from '../../../src/sources/reader/worker-loop.ts'
import { WITH_BOARDS } from './board.ts'

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
runReaderLoop(parentPort, workerData, undefined, WITH_BOARDS)
