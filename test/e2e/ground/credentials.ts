/** What a cluster's servers and clients prove themselves with, issued by programs/credentials. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import type { Credentials } from './client.ts'

/** Of a server if it has addresses; else of a client, whose user name and groups Kubernetes reads from it. */
export interface Certificate {
  /** Of the files: `<name>.crt`, `<name>.key`. */
  readonly name: string
  readonly commonName: string
  readonly organizations?: readonly string[]
  readonly addresses?: readonly string[]
  /** Until it expires; negative for one that has expired. */
  readonly seconds?: number
}

const CA = 'ca'
const DAY_S = 86_400

/** A directory of certificates under one CA, which is made with the first of them. */
export class Authority {
  readonly directory: string
  constructor(directory: string) {
    this.directory = directory
  }

  get caFile(): string {
    return this.file(`${CA}.crt`)
  }

  file(name: string): string {
    return join(this.directory, name)
  }

  /** Writes the certificates, in place of older ones of the same name, and bare key pairs (`<key>.key` and `.pub`). */
  async issue(certificates: readonly Certificate[], keys: readonly string[] = []): Promise<void> {
    const complete = certificates.map((one) => ({ seconds: DAY_S, ...one }))
    const request = { directory: this.directory, ca: CA, keys, certificates: complete }
    execFileSync(await build('credentials'), {
      input: JSON.stringify(request),
      stdio: ['pipe', 'inherit', 'pipe'],
    })
  }

  /** Of a client with that certificate. */
  client(name: string): Credentials {
    return { ...this.anonymous(), cert: this.#read(`${name}.crt`), key: this.#read(`${name}.key`) }
  }

  /** Of a client that trusts this CA and says nothing about itself. */
  anonymous(): Credentials {
    return { ca: this.#read(`${CA}.crt`) }
  }

  #read(name: string): string {
    return readFileSync(this.file(name), 'utf8')
  }
}
