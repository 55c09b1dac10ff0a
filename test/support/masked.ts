/** A transport that is made up, as one more file: each octet over a connection is the other's complement. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { StreamTransport } from '../../src/server/transport/index.ts'

export const MASKED: StreamTransport = {
  label: 'masked',
  isStream: true,
  isSecure: true,
  key: 'dns.masked',
  over: (connection) => new Masked(connection),
}

class Masked extends Duplex {
  readonly #connection: Socket

  constructor(connection: Socket) {
    super({ allowHalfOpen: true })
    this.#connection = connection
    connection.on('data', (chunk: Uint8Array) => {
      if (!this.push(complement(chunk))) connection.pause()
    })
    connection.on('end', () => this.push(null))
    connection.on('error', (error) => this.destroy(error))
    connection.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#connection.resume()
  }

  override _write(chunk: Uint8Array, _encoding: unknown, done: (error?: Error | null) => void): void {
    this.#connection.write(complement(chunk), done)
  }

  override _final(done: () => void): void {
    this.#connection.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.destroy()
    done(error)
  }
}

const complement = (octets: Uint8Array): Uint8Array => octets.map((octet) => ~octet)
