// A server over TCP that prints its port: started by a test under a limit of open files.
import { listenHere } from '../../support/listen.ts'
import { echo, Heard, ROOMY } from '../../support/sockets.ts'

const options = { addresses: [{ host: '127.0.0.1', port: 0 }], udpSize: 1232, tcp: ROOMY }
const { bound } = await listenHere(options, echo, () => undefined, new Heard())
console.log(bound[0]?.port)
